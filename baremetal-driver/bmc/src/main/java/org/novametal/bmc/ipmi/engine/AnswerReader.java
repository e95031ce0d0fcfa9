package org.novametal.bmc.ipmi.engine;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.IpmiResponse;

/**
 * Reads a value from an answer, on the engine's thread.
 *
 * @param <T> the value's type
 */
@FunctionalInterface
public interface AnswerReader<T> {
    /**
     * Reads an answer.
     *
     * @throws BmcException when the answer is a refusal or cannot be interpreted
     */
    T read(IpmiResponse response);
}
