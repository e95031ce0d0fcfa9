package org.novametal.baremetal.crash;

import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that reports each statement to {@link Commits} when the database has executed it, and each step of a change of
 * the key on its files. The program under test is not changed for that.
 */
public final class CommitAgent {
    private static final Set<String> STATEMENTS =
            Set.of("org/sqlite/jdbc3/JDBC3Statement", "org/postgresql/jdbc/PgStatement");
    private static final Set<String> CHANGE_KEY_FILES =
            Set.of("org/novametal/baremetal/InventoryKey", "org/novametal/baremetal/store/SecretCipher");
    private static final ClassDesc FILES = ClassDesc.of(Files.class.getName());
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
                if (STATEMENTS.contains(name)) {
                    return reporting(bytes);
                }
                return CHANGE_KEY_FILES.contains(name) ? reportingFiles(bytes) : null;
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

    /** Reports after each call of a method of {@link Files}, whose result stays on the stack. */
    private static byte[] reportingFiles(byte[] bytes) {
        ClassFile format = ClassFile.of();
        CodeTransform report = (code, element) -> {
            code.with(element);
            if (element instanceof InvokeInstruction call
                    && call.owner().asSymbol().equals(FILES)) {
                code.invokestatic(ClassDesc.of(Commits.class.getName()), "keyFileStep", MethodTypeDesc.of(CD_void));
            }
        };
        return format.transformClass(format.parse(bytes), ClassTransform.transformingMethodBodies(report));
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
