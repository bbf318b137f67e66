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

package dev.lumoauth.devserver.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The nonces that a tenant may require in DPoP proofs (RFC 9449, section 8). There is a
 * new nonce each minute, and the last two are accepted. Thread-safe.
 *
 * @since 0.1.0
 */
public class DpopNonces {

	/** The header that contains a nonce. */
	public static final String HEADER = "DPoP-Nonce";

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final long SECONDS = 60;

	private static final int BYTES = 16;

	private static final String MAC = "HmacSHA256";

	private final Clock clock;

	/** {@code null} while no nonce is required. */
	private volatile byte @Nullable [] key;

	DpopNonces(boolean required, Clock clock) {
		this.clock = clock;
		if (required) {
			require();
		}
	}

	/**
	 * Requires nonces from now on. Nonces that were issued before are no longer accepted.
	 */
	public void require() {
		byte[] fresh = new byte[BYTES];
		RANDOM.nextBytes(fresh);
		this.key = fresh;
	}

	/**
	 * Stops requiring nonces.
	 */
	public void doWithout() {
		this.key = null;
	}

	public boolean areRequired() {
		return this.key != null;
	}

	/**
	 * Returns the nonce of this minute.
	 * @return the nonce, or {@code null} if none is required
	 */
	public @Nullable String current() {
		byte[] current = this.key;
		return (current != null) ? nonce(current, minute()) : null;
	}

	/**
	 * Returns whether a proof may have a nonce.
	 * @param nonce the nonce of a proof, {@code null} if it has none
	 * @return whether it is one of the last two, or none is required
	 */
	public boolean isAccepted(@Nullable String nonce) {
		byte[] current = this.key;
		if (current == null) {
			return true;
		}
		return nonce != null
				&& (isEqual(nonce, nonce(current, minute())) || isEqual(nonce, nonce(current, minute() - 1)));
	}

	private long minute() {
		return this.clock.instant().getEpochSecond() / SECONDS;
	}

	private static boolean isEqual(String one, String other) {
		return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
	}

	private static String nonce(byte[] key, long minute) {
		try {
			Mac mac = Mac.getInstance(MAC);
			mac.init(new SecretKeySpec(key, MAC));
			byte[] bytes = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(minute).array());
			return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(bytes, BYTES));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Java has no " + MAC, ex);
		}
	}

}
