package org.novametal.driver.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** An option whose value is a text. An empty text counts as a value. */
public final class TextOption extends ConfOption<String> {
    TextOption(ConfReader reader, String key) {
        super(reader, () -> reader.last(key), key, Visibility.SHOWN, "", texts -> Optional.of(texts.getLast()));
    }

    /** Sets the least number of characters. */
    public TextOption minLength(int least) {
        return check(text -> text.length() >= least, "is too short; the minimum is " + characters(least));
    }

    /** Sets the greatest number of characters. */
    public TextOption maxLength(int greatest) {
        return check(text -> text.length() <= greatest, "is too long; the maximum is " + characters(greatest));
    }

    /** Sets the valid texts, which are case-sensitive. */
    public TextOption oneOf(String... right) {
        List<String> texts = List.of(right);
        return check(texts::contains, "is not one of " + String.join(", ", texts));
    }

    @Override
    public TextOption check(Predicate<String> right, String complaint) {
        super.check(right, complaint);
        return this;
    }

    private static String characters(int count) {
        return count == 1 ? "1 character" : count + " characters";
    }
}
