package org.novametal.http;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many requests each address may send: a bucket for each, which holds the requests of two seconds and fills at the
 * permitted rate. Only the {@value #MAX_ADDRESSES} addresses that sent requests last are kept; a bucket that is dropped
 * begins full. Safe for several threads; guarded by this object.
 */
final class RequestRate {
    private static final int MAX_ADDRESSES = 10_000;
    private static final double BURST_SECONDS = 2;
    private static final double NANOS = 1e9;

    private final int perSecond;
    private final LongSupplier nanoTime;

    /** By address, the one that sent a request last at the end. */
    private final LinkedHashMap<InetAddress, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private record Bucket(double requests, long at) {}

    RequestRate(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
    }

    /** Counts a request; false when the address sent too many. */
    synchronized boolean permits(InetAddress address) {
        long now = nanoTime.getAsLong();
        double most = perSecond * BURST_SECONDS;
        Bucket before = buckets.getOrDefault(address, new Bucket(most, now));
        double requests = Math.min(most, before.requests + (now - before.at) / NANOS * perSecond);
        boolean permitted = requests >= 1;
        buckets.put(address, new Bucket(permitted ? requests - 1 : requests, now));
        return permitted;
    }
}
