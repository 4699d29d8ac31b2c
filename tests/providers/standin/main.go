// A stand-in for providers of models: it answers like the OpenAI API, and fails as the query of a request asks. Options
// of a request stand in options.go, what it counts in counts.go. It listens on free ports of 127.0.0.1 and on a Unix
// socket in the folder given, prints where as one line of JSON, and ends when its standard input does.
package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

type place struct {
	HTTP       int    `json:"http"`
	HTTPS      int    `json:"https"`
	Expired    int    `json:"expired"`
	WrongHost  int    `json:"wrong_host"`
	SelfSigned int    `json:"self_signed"`
	CA         string `json:"ca"`
	Unix       string `json:"unix"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: standin FOLDER")
		os.Exit(1)
	}
	where, err := start(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	line, _ := json.Marshal(where)
	fmt.Println(string(line))
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func start(folder string) (place, error) {
	where := place{CA: filepath.Join(folder, "ca.pem"), Unix: filepath.Join(folder, "standin.sock")}
	certificates, err := issue(where.CA)
	if err != nil {
		return where, err
	}
	if where.HTTP, err = serve(nil); err != nil {
		return where, err
	}
	for port, certificate := range map[*int]tls.Certificate{
		&where.HTTPS: certificates.good, &where.Expired: certificates.expired,
		&where.WrongHost: certificates.wrongHost, &where.SelfSigned: certificates.selfSigned,
	} {
		served := certificate
		if *port, err = serve(&served); err != nil {
			return where, err
		}
	}
	listener, err := net.Listen("unix", where.Unix)
	if err != nil {
		return where, err
	}
	go func() { _ = newServer().Serve(listener) }()
	return where, nil
}

// The port that it listens on; with HTTP/2 and HTTP/1.1 where there is a certificate.
func serve(certificate *tls.Certificate) (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	server := newServer()
	if certificate == nil {
		go func() { _ = server.Serve(listener) }()
	} else {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}
		go func() { _ = server.ServeTLS(listener, "", "") }()
	}
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// Clients that refuse a certificate are none of its troubles.
func newServer() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/control/counts", tellCounts)
	mux.HandleFunc("/control/all", tellAllCounts)
	mux.HandleFunc("/", answer)
	return &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0)}
}
