package dev.lumoauth.spring.approval.process;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.lumoauth.spring.approval.ShownText;
import dev.lumoauth.spring.guard.CanonicalJson;
import org.jspecify.annotations.Nullable;

/**
 * Shows the arguments of a call to a person: all of them, except that those that are
 * redacted are hidden, at whatever depth.
 * <p>
 * A hidden value is shown by a fingerprint. Equal values have equal fingerprints as long
 * as the process lives. The fingerprint has a random key: by a hash without a key, anyone
 * could find out a value such as a card's number by trying.
 */
final class ShownArguments {

	private static final String HMAC = "HmacSHA256";

	private static final int FINGERPRINT_BYTES = 8;

	private final Set<String> redacted;

	private final SecretKeySpec key;

	/**
	 * Show arguments.
	 * @param redacted the names of arguments to hide; letters and digits count
	 */
	ShownArguments(Set<String> redacted) {
		this.redacted = redacted.stream().map(ShownArguments::lettersAndDigits).collect(Collectors.toSet());
		byte[] random = new byte[32];
		new SecureRandom().nextBytes(random);
		this.key = new SecretKeySpec(random, HMAC);
	}

	/**
	 * Return the arguments as a person sees them.
	 * @param first the names of the arguments that come before all others
	 */
	Map<String, @Nullable Object> of(Map<String, @Nullable Object> arguments, Collection<String> first) {
		Map<String, @Nullable Object> sorted = new LinkedHashMap<>();
		first.stream().filter(arguments::containsKey).forEach((name) -> sorted.put(name, arguments.get(name)));
		arguments.forEach(sorted::putIfAbsent);
		return object(sorted);
	}

	private Map<String, @Nullable Object> object(Map<?, ?> values) {
		Map<String, @Nullable Object> shown = new LinkedHashMap<>();
		values.forEach((name, value) -> {
			String text = String.valueOf(name);
			shown.put(free(ShownText.of(text), shown),
					this.redacted.contains(lettersAndDigits(text)) ? hidden(value) : shown(value));
		});
		return shown;
	}

	/**
	 * Two names that look alike stay two names.
	 */
	private static String free(String name, Map<String, @Nullable Object> shown) {
		String free = name;
		for (int i = 2; shown.containsKey(free); i++) {
			free = name + " (" + i + ")";
		}
		return free;
	}

	private @Nullable Object shown(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			return object(map);
		}
		if (value instanceof Collection<?> values) {
			return values.stream().<@Nullable Object>map(this::shown).collect(Collectors.toList());
		}
		return (value instanceof CharSequence text) ? ShownText.of(text.toString()) : value;
	}

	private String hidden(@Nullable Object value) {
		try {
			Mac mac = Mac.getInstance(HMAC);
			mac.init(this.key);
			byte[] hash = mac.doFinal(CanonicalJson.of(value).getBytes(StandardCharsets.UTF_8));
			return "(hidden, fingerprint " + HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES) + ")";
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex); // every Java has HmacSHA256
		}
	}

	private static String lettersAndDigits(String name) {
		return name.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
	}

}
