package org.novametal.dhcp;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A program that runs a managed dnsmasq until it is killed: FOLDER COMMAND… */
final class ManagedDnsmasqProcess {
    private ManagedDnsmasqProcess() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        List<String> command = List.of(arguments).subList(1, arguments.length);
        ManagedDnsmasq dnsmasq =
                ManagedDnsmasq.start(folder, ManagedDnsmasqTest.options(folder), command, InstantSource.system());
        System.out.println("ready");
        new CountDownLatch(1).await();
        dnsmasq.close();
    }
}
