package org.novametal.baremetal;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.BootFile;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRule.Use;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.step.boot.BootScript;
import org.novametal.baremetal.step.deploy.ReadyImage;
import org.novametal.baremetal.store.Store;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpRequest;
import org.novametal.http.Route;

/**
 * HTTP routes from which nodes fetch boot script, deploy kernel and ramdisk, and image. The boot script and image of a node
 * are available only while an operation that needs them works on the node.
 *
 * <pre>
 * /boot/NODE.ipxe    boot script of the node; a script that exits when the node has nothing to boot
 * /deploy/kernel     the deploy kernel, if it is a local file
 * /deploy/ramdisk    the deploy ramdisk, if it is a local file
 * /images/NODE       the raw image that is being written to the node
 * </pre>
 */
final class BootRoutes {
    private static final String BOOT = "/boot/";
    private static final String KERNEL = "/deploy/kernel";
    private static final String RAMDISK = "/deploy/ramdisk";
    private static final String IMAGES = "/images/";

    private final Store store;
    private final Optional<BootFile> kernel;
    private final Optional<BootFile> ramdisk;
    private final String kernelAppend;
    private volatile Optional<URI> base = Optional.empty();

    BootRoutes(Store store, BareMetalOptions.Deploying options) {
        this.store = store;
        this.kernel = options.kernel();
        this.ramdisk = options.ramdisk();
        this.kernelAppend = options.kernelAppendParams();
    }

    /** The configuration problems that prevent nodes from booting the deploy ramdisk, one text each. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        problem("deploy_kernel", kernel).ifPresent(problems::add);
        problem("deploy_ramdisk", ramdisk).ifPresent(problems::add);
        return problems;
    }

    private static Optional<String> problem(String option, Optional<BootFile> file) {
        if (file.isEmpty()) {
            return Optional.of("[baremetal] " + option + " is not set");
        }
        return switch (file.get()) {
            case BootFile.Remote _ -> Optional.empty();
            case BootFile.Local(Path path) ->
                Files.isReadable(path)
                        ? Optional.empty()
                        : Optional.of("[baremetal] " + option + " is " + path + ", which cannot be read");
        };
    }

    /** Sets the address under which nodes reach this host, once it is known; it ends in a slash. */
    void setBase(URI address) {
        base = Optional.of(address);
    }

    /** The address under which nodes reach this host. */
    URI base() {
        return base.orElseThrow(
                () -> new IllegalStateException("the address under which nodes reach this host is not known yet"));
    }

    URI bootScript(UUID node) {
        return base().resolve(BOOT + node + ".ipxe");
    }

    URI image(UUID node) {
        return base().resolve(IMAGES + node);
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.under("GET", BOOT, this::answerBootScript));
        routes.add(Route.under("GET", IMAGES, this::answerImage));
        routes.add(Route.under("HEAD", IMAGES, this::answerImage));
        kernel.ifPresent(file -> serve(file, KERNEL, routes));
        ramdisk.ifPresent(file -> serve(file, RAMDISK, routes));
        return List.copyOf(routes);
    }

    private static void serve(BootFile file, String path, List<Route> routes) {
        switch (file) {
            case BootFile.Local(Path local) -> routes.add(Route.at("GET", path, _ -> HttpAnswer.file(local)));
            case BootFile.Remote _ -> {
                // Nodes fetch it from its URL.
            }
        }
    }

    private HttpAnswer answerBootScript(HttpRequest request) {
        if (base.isEmpty()) {
            return HttpAnswer.text(503, "starting, try again\n");
        }
        String name = request.path().substring(BOOT.length());
        boolean boots = uuid(name.endsWith(".ipxe") ? name.substring(0, name.length() - ".ipxe".length()) : name)
                .flatMap(store.nodes()::find)
                .flatMap(this::unfinished)
                .map(operation -> OperationRules.ALL.allows(operation, Use.RAMDISK))
                .orElse(false);
        String script = boots && kernel.isPresent() && ramdisk.isPresent()
                ? new BootScript(served(kernel.get(), KERNEL), served(ramdisk.get(), RAMDISK), base(), kernelAppend)
                        .text()
                : BootScript.EXIT;
        return new HttpAnswer.Text(200, Map.of("Content-Type", "text/plain; charset=utf-8"), script);
    }

    private HttpAnswer answerImage(HttpRequest request) {
        Optional<ReadyImage> image = uuid(request.path().substring(IMAGES.length()))
                .flatMap(store.nodes()::find)
                .flatMap(this::unfinished)
                .filter(operation -> OperationRules.ALL.allows(operation, Use.IMAGE))
                .flatMap(operation -> ReadyImage.from(operation.memory()));
        return image.isPresent()
                ? HttpAnswer.file(image.get().file())
                : HttpAnswer.text(404, "no image is being written to that node\n");
    }

    private Optional<OperationRecord> unfinished(NodeRecord node) {
        return node.operation().flatMap(store.operations()::find);
    }

    private URI served(BootFile file, String path) {
        return switch (file) {
            case BootFile.Remote(URI url) -> url;
            case BootFile.Local _ -> base().resolve(path);
        };
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            // Not a UUID; answered like an unknown node.
            return Optional.empty();
        }
    }
}
