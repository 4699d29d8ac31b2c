package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

type object map[string]interface{}

func answer(writer http.ResponseWriter, request *http.Request) {
	if strings.HasSuffix(request.URL.Path, "/models") {
		// Proxies ask for them when they start, which is none of the requests that a test made.
		writeBody(writer, options{}, http.StatusOK, []byte(`{"object":"list","data":[]}`))
		return
	}
	body, _ := io.ReadAll(request.Body)
	received := time.Now()
	asked := optionsOf(request)
	name := asked.Get("case")
	number := enter(name, request, body)
	defer leave(name, request)
	if times := asked.number("times", 0); asked.Has("times") && number > times {
		asked = options{}
	}
	wait(request, asked.latency(number))
	switch {
	case asked.Has("silent"):
		<-request.Context().Done()
	case asked.Has("rate") && !takeToken(name, asked.real("rate"), asked.real("burst")):
		writer.Header().Set("Retry-After", strconv.FormatFloat(1/asked.real("rate"), 'f', 3, 64))
		writeError(writer, asked, http.StatusTooManyRequests)
	case asked.number("status", 200) >= 300:
		writeError(writer, asked, asked.number("status", 0))
	case isStream(body):
		stream(writer, request, asked)
	case asked.Has("stamps"):
		stamps, _ := json.Marshal(object{"received_us": received.UnixMicro(), "answered_us": time.Now().UnixMicro()})
		writeBody(writer, asked, http.StatusOK, stamps)
	default:
		writeBody(writer, asked, asked.number("status", 200), answerTo(request.URL.Path, asked))
	}
}

func isStream(body []byte) bool {
	var request struct {
		Stream bool `json:"stream"`
	}
	return json.Unmarshal(body, &request) == nil && request.Stream
}

func writeError(writer http.ResponseWriter, asked options, status int) {
	body, _ := json.Marshal(object{"error": object{
		"message": "words that may repeat the request", "type": asked.text("error_type", "server_error"), "param": nil,
		"code": asked.text("error_code", ""),
	}})
	writeBody(writer, asked, status, body)
}

func content(asked options) string {
	if asked.Has("size") {
		return strings.Repeat("x", asked.number("size", 0))
	}
	return asked.text("content", "hello")
}

func answerTo(path string, asked options) []byte {
	if asked.Has("body") {
		return []byte(asked.Get("body"))
	}
	whole := object{"model": asked.text("model", "standin-2026"), "usage": object{"prompt_tokens": 7, "completion_tokens": 3}}
	if strings.HasSuffix(path, "/embeddings") {
		whole["data"] = []object{{"index": 0, "embedding": []float64{0.5, -1, 2}}}
	} else {
		message := object{"role": "assistant", "content": content(asked)}
		if asked.Has("refusal") {
			message["content"], message["refusal"] = nil, asked.Get("refusal")
		}
		whole["choices"] = []object{{"index": 0, "message": message, "finish_reason": asked.text("finish", "stop")}}
	}
	body, _ := json.Marshal(whole)
	return body
}

func setHeaders(writer http.ResponseWriter, asked options) {
	for _, line := range asked.Values["header"] {
		if name, value, ok := strings.Cut(line, ":"); ok {
			writer.Header().Set(name, strings.TrimSpace(value))
		}
	}
	if asked.Has("retry_after_date") {
		at := time.Now().UTC().Add(asked.duration("retry_after_date"))
		writer.Header().Set("Retry-After", at.Format(http.TimeFormat))
	}
}

func writeBody(writer http.ResponseWriter, asked options, status int, body []byte) {
	writer.Header().Set("Content-Type", "application/json")
	setHeaders(writer, asked)
	if asked.Has("gzip") {
		var packed bytes.Buffer
		packer := gzip.NewWriter(&packed)
		_, _ = packer.Write(body)
		_ = packer.Close()
		body = packed.Bytes()
		writer.Header().Set("Content-Encoding", "gzip")
	}
	if status != http.StatusNoContent {
		writer.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	writer.WriteHeader(status)
	if asked.Has("cut") {
		_, _ = writer.Write(body[:asked.number("cut", 0)])
		cut(writer)
	}
	_, _ = writer.Write(body)
}

// Ends the connection, or the stream of HTTP/2, in the middle of the answer.
func cut(writer http.ResponseWriter) {
	if flusher, ok := writer.(http.Flusher); ok {
		flusher.Flush()
	}
	panic(http.ErrAbortHandler)
}

func stream(writer http.ResponseWriter, request *http.Request, asked options) {
	writer.Header().Set("Content-Type", "text/event-stream")
	setHeaders(writer, asked)
	end := "\n"
	if asked.Has("crlf") {
		end = "\r\n"
	}
	send := func(data string) {
		_, _ = io.WriteString(writer, ": comment"+end+"data: "+data+end+end)
		writer.(http.Flusher).Flush()
	}
	writer.(http.Flusher).Flush()
	wait(request, asked.duration("first"))
	all := parts(asked)
	for i, part := range all {
		switch i + 1 {
		case asked.number("cut", 0):
			cut(writer)
		case asked.number("stall", 0):
			<-request.Context().Done()
			return
		case asked.number("error", 0):
			send(`{"error":{"message":"words","type":"server_error","code":"` + asked.Get("error_code") + `"}}`)
			return
		}
		send(part)
	}
	if asked.number("stall", 0) > len(all) {
		<-request.Context().Done()
	}
}

// The content letter by letter, the reason why it ended, the usage, and the end.
func parts(asked options) []string {
	chunk := func(delta object, finish interface{}) string {
		data, _ := json.Marshal(object{"model": asked.text("model", "standin-2026"),
			"choices": []object{{"index": 0, "delta": delta, "finish_reason": finish}}, "usage": nil})
		return string(data)
	}
	said := []string{chunk(object{"role": "assistant", "content": ""}, nil)}
	kind, text := "content", content(asked)
	if asked.Has("refusal") {
		kind, text = "refusal", asked.Get("refusal")
	}
	for _, letter := range text {
		said = append(said, chunk(object{kind: string(letter)}, nil))
	}
	if finish := asked.text("finish", "stop"); finish != "" {
		said = append(said, chunk(object{}, finish))
	}
	if asked.Get("usage") != "0" {
		said = append(said, fmt.Sprintf(`{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":%d}}`, len(text)))
	}
	if asked.Get("done") != "0" {
		said = append(said, "[DONE]")
	}
	return said
}
