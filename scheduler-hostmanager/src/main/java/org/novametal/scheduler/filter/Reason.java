package org.novametal.scheduler.filter;

import java.util.Locale;

/** Why a node cannot take an instance: for programs, and to group nodes by. The names are stable. */
public enum Reason {
    /** An instance holds it, or it is being given one or freed of one. */
    IN_USE,
    /** It is being cleaned, has failed, or is in maintenance. */
    UNAVAILABLE,
    /** It is promised to another instance. */
    CLAIMED,
    /** Other instances took or left it during every reading. */
    CONTENDED,
    /** The request forces another node. */
    NOT_FORCED,
    /** The request leaves it out. */
    IGNORED,
    /** The instance failed on it before. */
    ALREADY_TRIED,
    /** It has too few processors. */
    VCPUS,
    /** It has too little memory. */
    RAM,
    /** It has too little disk. */
    DISK,
    /** It has another processor architecture. */
    CPU_ARCH,
    /** It has not that much of the resource class. */
    RESOURCE_CLASS,
    /** It lacks a trait. */
    TRAIT_MISSING,
    /** It has a trait that is not wanted. */
    TRAIT_FORBIDDEN;

    /** The name for people: {@code in use}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
