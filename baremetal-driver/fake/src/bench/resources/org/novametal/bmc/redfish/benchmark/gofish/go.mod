module redfishbench

go 1.25.0

require github.com/stmcginnis/gofish v0.23.0
