// Chassis power status by go-ipmi, a goroutine and a socket for each BMC, at most PARALLEL goroutines at work:
//
//	powerbench ADDRESSES PARALLEL SUITE     (user and password in IPMI_USER and IPMI_PASSWORD)
//
// ADDRESSES is a file of "host port on|off" lines. Each line of standard input is a step for all BMCs: open, status, close; its
// answer is a line "CPU-nanoseconds wall-nanoseconds failures", CPU being user and system of this process. The step memory
// answers with the bytes of heap and stacks in use after a collection.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	ipmi "github.com/bougou/go-ipmi/pkg/client"
	"github.com/bougou/go-ipmi/pkg/types"
)

type bmc struct {
	host   string
	port   int
	on     bool
	client *ipmi.Client
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-ipmi:", err)
		os.Exit(1)
	}
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	must(err)
	return value
}

func read(path string) []*bmc {
	content, err := os.ReadFile(path)
	must(err)
	var all []*bmc
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		parts := strings.Fields(line)
		all = append(all, &bmc{host: parts[0], port: number(parts[1]), on: parts[2] == "on"})
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
					first.Do(func() { fmt.Fprintln(os.Stderr, "go-ipmi, the first failure:", err) })
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
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: powerbench ADDRESSES PARALLEL SUITE")
		os.Exit(2)
	}
	all, parallel, suite := read(os.Args[1]), number(os.Args[2]), types.CipherSuiteID(number(os.Args[3]))
	user, password := os.Getenv("IPMI_USER"), os.Getenv("IPMI_PASSWORD")
	ctx := context.Background()
	for steps := bufio.NewScanner(os.Stdin); steps.Scan(); {
		switch step := steps.Text(); step {
		case "open":
			forAll(all, parallel, func(one *bmc) error {
				client, err := ipmi.NewClient(one.host, one.port, user, password)
				if err != nil {
					return err
				}
				one.client = client.WithInterface(ipmi.InterfaceLanplus).WithCipherSuiteID(suite)
				return one.client.Connect(ctx)
			})
		case "status":
			forAll(all, parallel, func(one *bmc) error {
				status, err := one.client.GetChassisStatus(ctx)
				if err == nil && status.PowerIsOn != one.on {
					err = fmt.Errorf("%s:%d: its power is not read as it is", one.host, one.port)
				}
				return err
			})
		case "close":
			forAll(all, parallel, func(one *bmc) error { return one.client.Close(ctx) })
		case "memory":
			var stats runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&stats)
			fmt.Println(stats.HeapAlloc + stats.StackInuse)
		default:
			fmt.Fprintln(os.Stderr, "go-ipmi: no step", step)
			os.Exit(2)
		}
	}
}
