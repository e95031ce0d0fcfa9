package org.novametal.driver.trace;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method or methods of {@code nova/virt/driver.py#ComputeDriver} that the annotated method implements.
 *
 * <p>A test compares these names with the list of all of Nova's methods, so that each method is implemented, or left
 * out with a reason.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface NovaMethod {
    /** The names as Nova spells them, such as {@code get_available_nodes}. */
    String[] value();
}
