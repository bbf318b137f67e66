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

package dev.lumoauth.spring.redis;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.revocation.Revocation;
import org.jspecify.annotations.Nullable;

/**
 * A message of one replica to the others: a JSON object after its HMAC-SHA256. A message
 * can't be created without the key, and a replayed message only makes replicas forget
 * again.
 *
 * @param id the id that distinguishes the event from all others
 * @param life for how long its sender could send it again
 * @param revocations what it revokes
 */
record RelayMessage(String id, Duration life, List<Revocation> revocations) {

	static final int MAX_BYTES = 256 * 1024;

	/**
	 * For differences between the clocks of replicas, and for the time that a message
	 * takes.
	 */
	static final Duration MAX_AGE = Duration.ofMinutes(5);

	private static final String HMAC = "HmacSHA256";

	private static final int HMAC_BYTES = 32;

	byte[] write(SecretKeySpec key, Clock clock) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("id", this.id);
		fields.put("at", clock.millis());
		fields.put("life", this.life.toMillis());
		fields.put("revocations", this.revocations.stream()
			.map((revocation) -> Map.of("effect", revocation.effect().name(), "subjects", revocation.subjects()))
			.toList());
		byte[] json = LumoAuthJson.write(fields);
		byte[] message = Arrays.copyOf(hmac(key, json), HMAC_BYTES + json.length);
		System.arraycopy(json, 0, message, HMAC_BYTES, json.length);
		return message;
	}

	/**
	 * Read a message.
	 * @return the message; {@code null} if it is not from a replica, or is too old
	 */
	static @Nullable RelayMessage read(SecretKeySpec key, byte[] message, Clock clock) {
		if (message.length <= HMAC_BYTES || message.length > MAX_BYTES) {
			return null;
		}
		byte[] json = Arrays.copyOfRange(message, HMAC_BYTES, message.length);
		if (!MessageDigest.isEqual(hmac(key, json), Arrays.copyOf(message, HMAC_BYTES))) {
			return null;
		}
		Map<String, Object> fields = LumoAuthJson.read(json);
		boolean current = fields.get("at") instanceof Number at
				&& Math.abs(clock.millis() - at.longValue()) <= MAX_AGE.toMillis();
		if (!current || !(fields.get("id") instanceof String id) || !(fields.get("life") instanceof Number life)
				|| !(fields.get("revocations") instanceof List<?> revocations)) {
			return null;
		}
		List<Revocation> read = new ArrayList<>();
		for (Object revocation : revocations) {
			read.add(revocation(revocation));
		}
		return new RelayMessage(id, Duration.ofMillis(life.longValue()), read);
	}

	/**
	 * The message may come from another version of this library: what is not understood
	 * counts as the revocation of everything.
	 */
	private static Revocation revocation(@Nullable Object revocation) {
		if (revocation instanceof Map<?, ?> fields && fields.get("subjects") instanceof List<?> subjects) {
			for (Revocation.Effect effect : Revocation.Effect.values()) {
				if (effect.name().equals(fields.get("effect"))) {
					return new Revocation(effect, subjects.stream().map(String::valueOf).collect(Collectors.toSet()));
				}
			}
		}
		return Revocation.ofEveryone(Revocation.Effect.DISABLED);
	}

	/**
	 * Return the key of one purpose.
	 * @param secret what the replicas share
	 */
	static SecretKeySpec key(byte[] secret, String purpose) {
		return new SecretKeySpec(hmac(new SecretKeySpec(secret, HMAC), purpose.getBytes(StandardCharsets.UTF_8)), HMAC);
	}

	/**
	 * Return a name that says nothing about the key, and that is the same for all who
	 * have the key.
	 */
	static String name(SecretKeySpec key) {
		return HexFormat.of().formatHex(hmac(key, new byte[0]), 0, 8);
	}

	static byte[] hmac(SecretKeySpec key, byte[] text) {
		try {
			Mac mac = Mac.getInstance(HMAC);
			mac.init(key);
			return mac.doFinal(text);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex); // every Java has it
		}
	}

	/**
	 * Without subjects.
	 */
	@Override
	public String toString() {
		return "RelayMessage[" + this.revocations.size() + "]";
	}

}
