package org.novametal.scheduler.filter;

import java.util.Locale;

/** The reasons why a node cannot take an instance, for programs and for grouping nodes. The names are stable. */
public enum Reason {
    /** The node has an instance, or an instance is being deployed on it or removed from it. */
    IN_USE,
    /** The node is being cleaned, has failed, or is in maintenance. */
    UNAVAILABLE,
    /** The node is claimed for another instance. */
    CLAIMED,
    /** The node was claimed or released for other instances during every reading. */
    CONTENDED,
    /** The request forces another node. */
    NOT_FORCED,
    /** The request excludes the node. */
    IGNORED,
    /** The instance failed on the node before. */
    ALREADY_TRIED,
    /** The node has too few processors. */
    VCPUS,
    /** The node has too little memory. */
    RAM,
    /** The node has too little disk. */
    DISK,
    /** The node has another processor architecture. */
    CPU_ARCH,
    /** The node has too little of the resource class. */
    RESOURCE_CLASS,
    /** The node lacks a required trait. */
    TRAIT_MISSING,
    /** The node has a forbidden trait. */
    TRAIT_FORBIDDEN;

    /** The name in messages, such as {@code in use}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
