// Power state by gofish, a client, a session and a kept connection for each BMC, at most PARALLEL goroutines at work:
//
//	redfishbench ADDRESSES PARALLEL     (user and password in BMC_USER and BMC_PASSWORD)
//
// ADDRESSES is a file of "URL PATH On|Off" lines. Each line of standard input is a step for all BMCs: open, status, close; its
// answer is a line "CPU-nanoseconds wall-nanoseconds failures", CPU being user and system of this process.
package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/stmcginnis/gofish"
	"github.com/stmcginnis/gofish/schemas"
)

type bmc struct {
	url, path, power string
	client           *gofish.APIClient
	transport        *http.Transport
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gofish:", err)
		os.Exit(1)
	}
}

func read(path string) []*bmc {
	content, err := os.ReadFile(path)
	must(err)
	var all []*bmc
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		parts := strings.Fields(line)
		all = append(all, &bmc{url: parts[0], path: parts[1], power: parts[2]})
	}
	return all
}

func cpuNanos() int64 {
	var used syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return used.Utime.Nano() + used.Stime.Nano()
}

// Does it for all, PARALLEL at once, and prints what it took.
func forAll(all []*bmc, parallel int, do func(*bmc) error) {
	var failures atomic.Int64
	var first sync.Once
	var workers sync.WaitGroup
	cpu, start := cpuNanos(), time.Now()
	next := make(chan *bmc)
	for range parallel {
		workers.Go(func() {
			for one := range next {
				if err := do(one); err != nil {
					failures.Add(1)
					first.Do(func() { fmt.Fprintln(os.Stderr, "gofish, the first failure:", err) })
				}
			}
		})
	}
	for _, one := range all {
		next <- one
	}
	close(next)
	workers.Wait()
	wall := time.Since(start)
	fmt.Println(cpuNanos()-cpu, wall.Nanoseconds(), failures.Load())
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: redfishbench ADDRESSES PARALLEL")
		os.Exit(2)
	}
	all := read(os.Args[1])
	parallel, err := strconv.Atoi(os.Args[2])
	must(err)
	user, password := os.Getenv("BMC_USER"), os.Getenv("BMC_PASSWORD")
	for steps := bufio.NewScanner(os.Stdin); steps.Scan(); {
		switch step := steps.Text(); step {
		case "open":
			forAll(all, parallel, func(one *bmc) (err error) {
				one.transport = &http.Transport{
					TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
					IdleConnTimeout: 5 * time.Minute,
				}
				one.client, err = gofish.Connect(gofish.ClientConfig{
					Endpoint:          one.url,
					Username:          user,
					Password:          password,
					ReuseConnections:  true,
					NoModifyTransport: true,
					HTTPClient:        &http.Client{Transport: one.transport},
				})
				return err
			})
		case "status":
			forAll(all, parallel, func(one *bmc) error {
				system, err := schemas.GetComputerSystem(one.client, one.path)
				if err == nil && string(system.PowerState) != one.power {
					err = fmt.Errorf("%s: wrong power state", one.url)
				}
				return err
			})
		case "close":
			forAll(all, parallel, func(one *bmc) error {
				one.client.Logout()
				one.transport.CloseIdleConnections()
				return nil
			})
		default:
			fmt.Fprintln(os.Stderr, "gofish: no step", step)
			os.Exit(2)
		}
	}
}
