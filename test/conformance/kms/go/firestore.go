package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Marks is Firestore with one database. Its transactions are optimistic: what was read must not have changed when they
// are committed, or they are aborted, and whoever made them tries again.
type Marks struct {
	firestorepb.UnimplementedFirestoreServer
	database  string
	mutex     sync.Mutex
	documents map[string]*document
	open      map[string]map[string]int // by transaction: versions of what it has read
	count     int
	aborted   int
}

type document struct {
	*firestorepb.Document
	version int
}

func newMarks(place Place) *Marks {
	return &Marks{
		database:  fmt.Sprintf("projects/%s/databases/%s", place.Project, place.Database),
		documents: map[string]*document{},
		open:      map[string]map[string]int{},
	}
}

func (m *Marks) isOurs(database string) error {
	if database != m.database {
		return status.Errorf(codes.PermissionDenied, "no permission on %s", database)
	}
	return nil
}

func (m *Marks) begin() []byte {
	m.count++
	name := fmt.Sprintf("transaction %d", m.count)
	m.open[name] = map[string]int{}
	return []byte(name)
}

func (m *Marks) BeginTransaction(_ context.Context, r *firestorepb.BeginTransactionRequest) (*firestorepb.BeginTransactionResponse, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := m.isOurs(r.Database); err != nil {
		return nil, err
	}
	return &firestorepb.BeginTransactionResponse{Transaction: m.begin()}, nil
}

func (m *Marks) BatchGetDocuments(r *firestorepb.BatchGetDocumentsRequest, stream firestorepb.Firestore_BatchGetDocumentsServer) error {
	answers, err := m.read(r)
	if err != nil {
		return err
	}
	for _, answer := range answers {
		if err := stream.Send(answer); err != nil {
			return err
		}
	}
	return nil
}

func (m *Marks) read(r *firestorepb.BatchGetDocumentsRequest) ([]*firestorepb.BatchGetDocumentsResponse, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := m.isOurs(r.Database); err != nil {
		return nil, err
	}
	var answers []*firestorepb.BatchGetDocumentsResponse
	transaction := r.GetTransaction()
	if r.GetNewTransaction() != nil {
		transaction = m.begin()
		answers = append(answers, &firestorepb.BatchGetDocumentsResponse{Transaction: transaction})
	}
	versions, ok := m.open[string(transaction)]
	if !ok {
		return nil, status.Error(codes.InvalidArgument, "a mark is read in a transaction, or it is no fence")
	}
	for _, name := range r.Documents {
		answer := &firestorepb.BatchGetDocumentsResponse{ReadTime: timestamppb.Now()}
		if there := m.documents[name]; there != nil {
			versions[name] = there.version
			answer.Result = &firestorepb.BatchGetDocumentsResponse_Found{Found: proto.Clone(there.Document).(*firestorepb.Document)}
		} else {
			versions[name] = 0
			answer.Result = &firestorepb.BatchGetDocumentsResponse_Missing{Missing: name}
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

func (m *Marks) Commit(_ context.Context, r *firestorepb.CommitRequest) (*firestorepb.CommitResponse, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := m.isOurs(r.Database); err != nil {
		return nil, err
	}
	versions, ok := m.open[string(r.Transaction)]
	if !ok {
		return nil, status.Error(codes.InvalidArgument, "the transaction is not open")
	}
	delete(m.open, string(r.Transaction))
	for name, version := range versions {
		if m.versionOf(name) != version {
			m.aborted++
			return nil, status.Errorf(codes.Aborted, "%s has changed", name)
		}
	}
	now := timestamppb.Now()
	answer := &firestorepb.CommitResponse{CommitTime: now}
	for _, write := range r.Writes {
		update := write.GetUpdate()
		if update == nil || !strings.HasPrefix(update.Name, m.database+"/documents/") {
			return nil, status.Error(codes.InvalidArgument, "a mark is set, and nothing else is done to it")
		}
		stored := proto.Clone(update).(*firestorepb.Document)
		stored.CreateTime, stored.UpdateTime = now, now
		m.documents[update.Name] = &document{stored, m.versionOf(update.Name) + 1}
		answer.WriteResults = append(answer.WriteResults, &firestorepb.WriteResult{UpdateTime: now})
	}
	return answer, nil
}

func (m *Marks) Rollback(_ context.Context, r *firestorepb.RollbackRequest) (*emptypb.Empty, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	delete(m.open, string(r.Transaction))
	return &emptypb.Empty{}, nil
}

func (m *Marks) versionOf(name string) int {
	if there := m.documents[name]; there != nil {
		return there.version
	}
	return 0
}

// names lists what is kept, without the database in front.
func (m *Marks) names() []string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	names := []string{}
	for name := range m.documents {
		names = append(names, strings.TrimPrefix(name, m.database+"/documents/"))
	}
	return names
}
