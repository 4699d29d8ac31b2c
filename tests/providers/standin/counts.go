package main

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// What happened to the requests of one case.
type counts struct {
	Requests  int               `json:"requests"`
	InFlight  int               `json:"in_flight"`
	Peak      int               `json:"peak"`
	Gone      int               `json:"gone"` // of which the client went away
	Peers     int               `json:"peers"`
	Protocols map[string]int    `json:"protocols"`
	Method    string            `json:"method"` // of the last one
	Path      string            `json:"path"`
	Headers   map[string]string `json:"headers"`
	Body      string            `json:"body"`

	peers  map[string]bool
	tokens float64
	filled time.Time
}

var (
	mutex sync.Mutex
	cases = map[string]*counts{}
)

func countsOf(name string) *counts {
	if cases[name] == nil {
		cases[name] = &counts{Protocols: map[string]int{}, peers: map[string]bool{}}
	}
	return cases[name]
}

// The number of the request, from 1 on.
func enter(name string, request *http.Request, body []byte) int {
	mutex.Lock()
	defer mutex.Unlock()
	of := countsOf(name)
	of.Requests++
	of.InFlight++
	if of.InFlight > of.Peak {
		of.Peak = of.InFlight
	}
	of.peers[request.RemoteAddr] = true
	of.Peers = len(of.peers)
	of.Protocols[request.Proto]++
	of.Method, of.Path, of.Body = request.Method, request.URL.Path, string(body)
	of.Headers = map[string]string{}
	for header := range request.Header {
		of.Headers[header] = request.Header.Get(header)
	}
	return of.Requests
}

func leave(name string, request *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	of := countsOf(name)
	of.InFlight--
	if request.Context().Err() != nil {
		of.Gone++
	}
}

// Takes a token from the bucket of the case, where there is one.
func takeToken(name string, rate, burst float64) bool {
	mutex.Lock()
	defer mutex.Unlock()
	of := countsOf(name)
	now := time.Now()
	if of.filled.IsZero() {
		of.tokens = burst
	} else {
		of.tokens += now.Sub(of.filled).Seconds() * rate
	}
	of.filled = now
	if of.tokens > burst {
		of.tokens = burst
	}
	if of.tokens < 1 {
		return false
	}
	of.tokens--
	return true
}

func tellCounts(writer http.ResponseWriter, request *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	_ = json.NewEncoder(writer).Encode(countsOf(request.URL.Query().Get("case")))
}

func tellAllCounts(writer http.ResponseWriter, _ *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	_ = json.NewEncoder(writer).Encode(cases)
}
