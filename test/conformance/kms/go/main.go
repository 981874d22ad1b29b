// Command signatory-judge runs Signatory, as it is released, against a Google of its own on loopback: Cloud KMS with one
// ring, Firestore with one database, the metadata server. It is told what to ask, and prints what was answered and what
// was signed. What is right, others say.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Task is what stands on the standard input.
type Task struct {
	Program string   `json:"program"`
	Folder  string   `json:"folder"`
	Command []string `json:"command"`
	Place   Place    `json:"place"`
	Keys    []Key    `json:"keys"`
	Config  string   `json:"config"`
	// Signer and Metrics are the addresses in Config that stand for ports of loopback here.
	Signer  string `json:"signer"`
	Metrics string `json:"metrics"`
	Steps   []Step `json:"steps"`
}

// Step is one thing after the other; the questions of one are asked at once.
type Step struct {
	// Start lists instances to start anew, killed before where they run.
	Start []int `json:"start"`
	Ask   []Ask `json:"ask"`
}

// Ask is one request to an instance.
type Ask struct {
	Instance int    `json:"instance"`
	Port     string `json:"port"`
	Method   string `json:"method"`
	Path     string `json:"path"`
	Body     string `json:"body"`
}

// Answer is what came back; Status 0 where nothing did.
type Answer struct {
	Status int    `json:"status"`
	Body   string `json:"body"`
}

// Done is a step with its answers, and the signatures that the hardware made in it.
type Done struct {
	Answers []Answer    `json:"answers"`
	Made    []Signature `json:"made"`
}

// Result is what is printed.
type Result struct {
	Steps   []Done   `json:"steps"`
	Marks   []string `json:"marks"`
	Aborted int      `json:"aborted"`
	// PeakMiB is the most memory that an instance has taken.
	PeakMiB int64  `json:"peakMiB"`
	Log     string `json:"log"`
}

func main() {
	var task Task
	if err := json.NewDecoder(os.Stdin).Decode(&task); err != nil {
		fail(err)
	}
	result, err := perform(task)
	if err != nil {
		fail(err)
	}
	json.NewEncoder(os.Stdout).Encode(result)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func perform(task Task) (*Result, error) {
	google, err := startGoogle(task.Folder, task.Place, task.Keys)
	if err != nil {
		return nil, err
	}
	world := &World{task: task, google: google, instances: map[int]*Instance{}}
	defer world.stop() // also where a step fails
	result := &Result{}
	for _, step := range task.Steps {
		if err := world.start(step.Start); err != nil {
			return nil, err
		}
		done := Done{Answers: world.ask(step.Ask), Made: google.keys.taken()}
		result.Steps = append(result.Steps, done)
	}
	world.stop()
	result.PeakMiB = world.peakKiB / 1024
	result.Marks, result.Aborted, result.Log = google.marks.names(), google.marks.aborted, world.log.String()
	return result, nil
}

// World is Signatory, once or several times, and its Google.
type World struct {
	task      Task
	google    *Google
	instances map[int]*Instance
	peakKiB   int64
	log       Log
}

// Log takes the words of all instances.
type Log struct {
	mutex sync.Mutex
	bytes.Buffer
}

func (l *Log) Write(words []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.Buffer.Write(words)
}

// Instance is a running Signatory.
type Instance struct {
	child *exec.Cmd
	ports map[string]string
}

func (w *World) start(numbers []int) error {
	for _, number := range numbers {
		w.kill(number)
		instance, err := w.run(number)
		if err != nil {
			return err
		}
		w.instances[number] = instance
	}
	for _, number := range numbers {
		w.await(w.instances[number])
	}
	return nil
}

func (w *World) run(number int) (*Instance, error) {
	ports := map[string]string{"signer": freePort(), "metrics": freePort()}
	config := strings.ReplaceAll(w.task.Config, w.task.Signer, ports["signer"])
	config = strings.ReplaceAll(config, w.task.Metrics, ports["metrics"])
	file := filepath.Join(w.task.Folder, fmt.Sprintf("signatory-%d.yaml", number))
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err
	}
	words := append([]string{}, w.task.Command...)
	words[len(words)-1] = file
	child := exec.Command(w.task.Program, words...)
	child.Env = append(w.google.environment(), "HOME="+w.task.Folder)
	child.Stdout, child.Stderr = &w.log, &w.log
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return &Instance{child, ports}, child.Start()
}

// await waits until it listens, or has ended.
func (w *World) await(instance *Instance) {
	ended := make(chan struct{})
	go func() { instance.child.Wait(); close(ended) }()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case <-ended:
			return
		default:
		}
		if both(instance.ports) {
			return
		}
	}
}

func both(ports map[string]string) bool {
	for _, address := range ports {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return false
		}
		connection.Close()
	}
	return true
}

func (w *World) kill(number int) {
	if instance := w.instances[number]; instance != nil {
		instance.child.Process.Kill()
		for instance.child.ProcessState == nil {
			time.Sleep(5 * time.Millisecond)
		}
		w.peakKiB = max(w.peakKiB, instance.child.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
		delete(w.instances, number)
	}
}

func (w *World) stop() {
	for number := range w.instances {
		w.kill(number)
	}
}

func (w *World) ask(questions []Ask) []Answer {
	answers := make([]Answer, len(questions))
	var all sync.WaitGroup
	for i, question := range questions {
		all.Add(1)
		go func() {
			defer all.Done()
			answers[i] = w.answer(question)
		}()
	}
	all.Wait()
	return answers
}

var client = http.Client{Timeout: 15 * time.Second}

func (w *World) answer(ask Ask) Answer {
	url := "http://" + w.instances[ask.Instance].ports[ask.Port] + ask.Path
	request, err := http.NewRequest(ask.Method, url, strings.NewReader(ask.Body))
	if err != nil {
		fail(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return Answer{0, err.Error()}
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return Answer{response.StatusCode, string(body)}
}

func freePort() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
