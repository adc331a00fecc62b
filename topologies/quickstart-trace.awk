# The requests of quickstart-trace.csv: awk -f quickstart-trace.awk > quickstart-trace.csv
# About 12 a second for a minute, exponential gaps; 42 % at bs1, 33 % at bs2, 25 % at bs3.
# Chance is Lehmer's generator (Park and Miller 1988), exact in any awk.
function uniform() { state = (state * 16807) % 2147483647; return state / 2147483647 }
BEGIN {
    state = 20240601
    print "seconds,station,size_mbit,workload_gcycles"
    for (t = -log(uniform()) / 12; t < 60; t += -log(uniform()) / 12) {
        place = uniform()
        station = place < 0.42 ? "bs1" : place < 0.75 ? "bs2" : "bs3"
        printf "%.6f,%s,%.3f,%.3f\n", t, station, 2 + 3 * uniform(), 2 + 3.6 * uniform()
    }
}
