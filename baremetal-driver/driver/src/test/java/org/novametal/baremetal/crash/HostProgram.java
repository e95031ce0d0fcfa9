package org.novametal.baremetal.crash;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.baremetal.FakeCloud;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.testing.ScriptedDriverHost;

/**
 * A compute host as a program. It reads commands line by line and answers each with a line that begins with {@link #ANSWER}:
 * {@code count}, {@code arm N}, {@code written}, {@code nodes}, and the names of {@link LifeVerb}. It ends at the end of its input.
 */
final class HostProgram {
    static final String ANSWER = "answer: ";
    static final String DONE = ANSWER + "done ";
    static final String FAILED = ANSWER + "failed ";

    private HostProgram() {}

    /** Arguments: the cloud's folder, the image's URL. */
    public static void main(String[] arguments) throws Exception {
        HostName name = new HostName("compute-0");
        // A machine that many tests share may be slow.
        NovaConf conf = FakeCloud.conf(Path.of(arguments[0]))
                .overlay("baremetal", "power_change_timeout", "60")
                .overlay("baremetal", "store_timeout", "20")
                .build();
        try (BareMetalDriver driver = new BareMetalDriver(conf, new ScriptedDriverHost(name, InstantSource.system()))) {
            try {
                driver.initHost(name);
            } catch (DriverException e) {
                System.out.println(FAILED + e.code() + ": " + e.getMessage());
                return;
            }
            System.out.println(DONE + "started");
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(answer(driver, List.of(line.split(" ")), URI.create(arguments[1])));
            }
        }
    }

    private static String answer(BareMetalDriver driver, List<String> command, URI image) {
        try {
            switch (command.getFirst()) {
                case "count" -> Commits.count();
                case "arm" -> Commits.dieAfter(Integer.parseInt(command.getLast()));
                case "written" -> {
                    return DONE + Commits.done();
                }
                case "nodes" -> {
                    return DONE + driver.getAvailableNodes(Freshness.LIVE);
                }
                default -> LifeVerb.valueOf(command.getFirst()).run(driver, image);
            }
            return DONE + command.getFirst();
        } catch (DriverException e) {
            return FAILED + e.code() + ": " + e.getMessage();
        } catch (RuntimeException | InterruptedException e) {
            return FAILED + e;
        }
    }
}
