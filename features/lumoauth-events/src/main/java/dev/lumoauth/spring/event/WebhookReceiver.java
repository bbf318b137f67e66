/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.event;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Receives LumoAuth's webhooks. A webhook is accepted if it is signed with one of the
 * secrets (HMAC-SHA256 of the bytes of the body), was created a short time ago, and has
 * not been accepted before. While a secret is being replaced, both the old one and the
 * new one are accepted. The signature is in {@code X-Lumo-Signature} or in
 * {@code X-LumoAuth-Signature}: LumoAuth's documents have both.
 *
 * @since 0.1.0
 */
public final class WebhookReceiver implements EventReceiver {

	/**
	 * LumoAuth repeats a webhook for an hour, with its first timestamp. One whose id is
	 * no longer known takes something away once more, and gives nothing.
	 */
	private static final Duration MAX_AGE = Duration.ofMinutes(70);

	/**
	 * The minimum length of a secret, in characters.
	 */
	public static final int MIN_SECRET = 16;

	static final int SIGNATURES_PER_SECOND = 500;

	private static final String CHANNEL = "webhook";

	private static final String HMAC = "HmacSHA256";

	private static final List<String> HEADERS = List.of("X-Lumo-Signature", "X-LumoAuth-Signature");

	private static final Pattern SIGNATURE = Pattern.compile("(?:sha256=)?([0-9a-fA-F]{64})");

	private static final int MAX_ID = 256;

	/** The year 5138 in seconds. A larger number is in milliseconds. */
	private static final long MAX_SECONDS = 100_000_000_000L;

	private final Revocations revocations;

	private final List<SecretKeySpec> secrets;

	private final Clock clock;

	private final RateLimit signatures;

	/**
	 * Create a receiver.
	 * @param revocations handles the events
	 * @param secrets the secrets, of which each is right
	 * @param clock the clock
	 */
	public WebhookReceiver(Revocations revocations, Collection<String> secrets, Clock clock) {
		this(revocations, secrets, clock, System::nanoTime);
	}

	WebhookReceiver(Revocations revocations, Collection<String> secrets, Clock clock, LongSupplier nanoTime) {
		Assert.notEmpty(secrets, "There is no secret");
		secrets.forEach((secret) -> Assert.isTrue(secret.length() >= MIN_SECRET, "A secret is too short"));
		this.revocations = revocations;
		this.secrets = secrets.stream()
			.map((secret) -> new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC))
			.toList();
		this.clock = clock;
		this.signatures = new RateLimit(SIGNATURES_PER_SECOND, nanoTime);
	}

	@Override
	public EventReply receive(Function<String, List<String>> headers, byte[] body) {
		EventReply refusal = refusal(headers, body);
		if (refusal != null) {
			return this.revocations.refused(CHANNEL, refusal);
		}
		try {
			Map<String, Object> webhook = LumoAuthJson.read(body);
			Object id = webhook.get("id");
			Object type = webhook.get("type");
			if (id instanceof Number) {
				id = id.toString();
			}
			if (id instanceof String text && !text.isBlank() && text.length() <= MAX_ID && type instanceof String name
					&& isCurrent(webhook.get("timestamp"))) {
				return this.revocations.take(CHANNEL, CHANNEL + " " + text,
						MAX_AGE.plus(SecurityEventReceiver.SKEW).plusSeconds(1),
						Map.of(name, SubjectNames.ofWebhook(name, webhook.get("data"))));
			}
		}
		catch (IllegalArgumentException ex) {
			// Refused below.
		}
		return this.revocations.refused(CHANNEL, EventReply.INVALID_REQUEST);
	}

	private @Nullable EventReply refusal(Function<String, List<String>> headers, byte[] body) {
		if (body.length > MAX_BYTES) {
			return EventReply.TOO_LARGE;
		}
		byte[] shown = null;
		for (String header : HEADERS) {
			for (String value : headers.apply(header)) {
				Matcher signature = SIGNATURE.matcher(value.trim());
				byte[] read = signature.matches() ? HexFormat.of().parseHex(signature.group(1)) : new byte[0];
				if (read.length == 0 || (shown != null && !MessageDigest.isEqual(shown, read))) {
					return EventReply.AUTHENTICATION_FAILED;
				}
				shown = read;
			}
		}
		if (shown == null) {
			return EventReply.AUTHENTICATION_FAILED;
		}
		if (!this.signatures.tryAcquire()) {
			return EventReply.TOO_MANY;
		}
		return isSigned(body, shown) ? null : EventReply.AUTHENTICATION_FAILED;
	}

	/**
	 * Compares with every secret, so that the duration doesn't reveal which one matched.
	 */
	private boolean isSigned(byte[] body, byte[] shown) {
		boolean signed = false;
		for (SecretKeySpec secret : this.secrets) {
			signed |= MessageDigest.isEqual(hmac(secret, body), shown);
		}
		return signed;
	}

	private static byte[] hmac(SecretKeySpec secret, byte[] body) {
		try {
			Mac mac = Mac.getInstance(HMAC);
			mac.init(secret);
			return mac.doFinal(body);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex); // every Java has it
		}
	}

	private boolean isCurrent(@Nullable Object timestamp) {
		Instant time = time(timestamp);
		Instant now = this.clock.instant();
		return time != null && !time.isBefore(now.minus(MAX_AGE))
				&& !time.isAfter(now.plus(SecurityEventReceiver.SKEW));
	}

	/**
	 * A text (RFC 3339), or a number of seconds or milliseconds since 1970: LumoAuth's
	 * documents don't say which.
	 */
	private static @Nullable Instant time(@Nullable Object timestamp) {
		try {
			if (timestamp instanceof Number number) {
				long value = number.longValue();
				return (value > MAX_SECONDS) ? Instant.ofEpochMilli(value) : Instant.ofEpochSecond(value);
			}
			return (timestamp instanceof String text) ? OffsetDateTime.parse(text).toInstant() : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
