package org.novametal.baremetal.crash;

import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that reports each statement to {@link Commits} when SQLite has executed it. The program under test is not
 * changed for that.
 */
public final class CommitAgent {
    private static final String STATEMENT = "org/sqlite/jdbc3/JDBC3Statement";
    private static final String EXECUTE = "execute";
    private static final String EXECUTE_TYPE = "(Ljava/lang/String;)Z";

    private CommitAgent() {}

    /** Called by the JVM before the program begins. */
    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte @Nullable [] transform(
                    @Nullable ClassLoader loader,
                    String name,
                    @Nullable Class<?> redefined,
                    @Nullable ProtectionDomain domain,
                    byte[] bytes) {
                return STATEMENT.equals(name) ? reporting(bytes) : null;
            }
        });
    }

    private static byte[] reporting(byte[] bytes) {
        ClassFile format = ClassFile.of();
        CodeTransform report = (code, element) -> {
            if (element instanceof ReturnInstruction) {
                code.aload(1)
                        .invokestatic(
                                ClassDesc.of(Commits.class.getName()),
                                "executed",
                                MethodTypeDesc.of(CD_void, CD_String));
            }
            code.with(element);
        };
        return format.transformClass(
                format.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString(EXECUTE)
                                && method.methodType().equalsString(EXECUTE_TYPE),
                        report));
    }

    /** Writes the file that a JVM takes as {@code -javaagent}; the classes come from the class path. */
    static Path jar(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), CommitAgent.class.getName());
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
        return file;
    }
}
