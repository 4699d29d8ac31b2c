package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"syscall"
	"time"
)

// When requests came, in milliseconds since the start.
type arrivals struct {
	Now    int64   `json:"now"`
	Taken  []int64 `json:"taken"`
	Failed []int64 `json:"failed"`
}

var started = time.Now()

func sinceStart() int64 { return time.Since(started).Milliseconds() }

func newServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
}

// A port that can be left and taken again.
type door struct {
	port    int
	handler http.Handler
	server  *http.Server
}

// A socket that is bound, and never listens, keeps the port: nobody else gets it while the door is closed.
func openDoor(handler http.Handler) (*door, error) {
	held, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.SetsockoptInt(held, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return nil, err
	}
	if err := syscall.Bind(held, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return nil, err
	}
	address, err := syscall.Getsockname(held)
	if err != nil {
		return nil, err
	}
	made := &door{port: address.(*syscall.SockaddrInet4).Port, handler: handler}
	return made, made.open()
}

func (d *door) open() error {
	if d.server != nil {
		return nil
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", d.port))
	if err != nil {
		return err
	}
	server := newServer(d.handler)
	d.server = server
	go func() { _ = server.Serve(listener) }()
	return nil
}

// Connections end at once, whatever they wait for.
func (d *door) close() {
	if d.server != nil {
		_ = d.server.Close()
		d.server = nil
	}
}

func (m *model) serve(writer http.ResponseWriter, _ *http.Request) { m.become(writer, false, true) }

func (m *model) fail(writer http.ResponseWriter, _ *http.Request) { m.become(writer, true, true) }

func (m *model) refuse(writer http.ResponseWriter, _ *http.Request) { m.become(writer, false, false) }

func (m *model) become(writer http.ResponseWriter, failing, open bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.failing = failing
	if !open {
		m.door.close()
	} else if err := m.door.open(); err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	m.write(writer)
}

func (m *model) tellArrivals(writer http.ResponseWriter, _ *http.Request) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.arrivals.Now = sinceStart()
	_ = json.NewEncoder(writer).Encode(m.arrivals)
}
