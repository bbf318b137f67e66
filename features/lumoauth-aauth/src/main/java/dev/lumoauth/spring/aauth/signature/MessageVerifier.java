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

package dev.lumoauth.spring.aauth.signature;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Checks that a request was signed by a key, by AAuth's profile of HTTP Message
 * Signatures (RFC 9421): the signature has to cover every mandatory component and this
 * body, has to be made within 60 seconds, and must not have been used before. Anything
 * that the profile does not know is refused. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MessageVerifier {

	/**
	 * The maximum difference between the two clocks, and the maximum duration of a
	 * request.
	 */
	public static final Duration TOLERANCE = Duration.ofSeconds(60);

	private static final Pattern HEADER = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]+");

	private final NonceStore nonces;

	private final Clock clock;

	/**
	 * Create a verifier.
	 * @param nonces remembers the used signatures
	 * @param clock the clock
	 */
	public MessageVerifier(NonceStore nonces, Clock clock) {
		this.nonces = nonces;
		this.clock = clock;
	}

	/**
	 * Check a request. A request passes only once.
	 * @param request the request
	 * @param key the key of the expected signer: Ed25519 or RSA
	 * @throws InvalidSignatureException if the request is not correctly signed with the
	 * key
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if it can't be checked
	 * whether the signature was used before
	 */
	public void verify(ReceivedRequest request, VerificationKey key) {
		SignatureHeaders signature = SignatureHeaders.of(request);
		SignatureAlgorithm algorithm = SignatureAlgorithm.of(key.jwk());
		if (algorithm == null
				|| (signature.algorithm() != null && !signature.algorithm().equals(algorithm.httpName()))) {
			throw new InvalidSignatureException("The key does not sign with this algorithm");
		}
		checkTime(signature);
		checkCoverage(signature, request);
		if (!key.verifies(algorithm.joseName(), base(signature, request), signature.signature())) {
			throw new InvalidSignatureException("The signature does not match the request and the agent's key");
		}
		if (!ContentDigest.isOf(single(request, Components.CONTENT_DIGEST), request.body())) {
			throw new InvalidSignatureException("The Content-Digest is not the body's");
		}
		Instant until = Instant.ofEpochSecond(signature.created()).plus(TOLERANCE).plusSeconds(1);
		if (!this.nonces.add(key.thumbprint() + " " + signature.nonce(), until)) {
			throw new InvalidSignatureException("The signature was used before");
		}
	}

	private void checkTime(SignatureHeaders signature) {
		long now = Math.floorDiv(this.clock.millis(), 1000L);
		if (Math.abs(now - signature.created()) > TOLERANCE.toSeconds()) {
			throw new InvalidSignatureException("The signature was not made within " + TOLERANCE.toSeconds()
					+ " seconds: compare the clocks of the agent and of this service");
		}
		if (signature.expires() != null && signature.expires() <= now) {
			throw new InvalidSignatureException("The signature has expired");
		}
	}

	private static void checkCoverage(SignatureHeaders signature, ReceivedRequest request) {
		List<String> required = Components.of(request.rawQuery());
		if (!signature.components().containsAll(required)) {
			throw new InvalidSignatureException("The signature does not cover all required components", required);
		}
		for (String name : signature.components()) {
			if (!required.contains(name) && !HEADER.matcher(name).matches()) {
				throw new InvalidSignatureException("The signature covers a component that the profile does not have");
			}
		}
	}

	private static byte[] base(SignatureHeaders signature, ReceivedRequest request) {
		try {
			return Components.base(values(signature, request), signature.params());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSignatureException("The request has a character that can't be signed");
		}
	}

	private static Map<String, String> values(SignatureHeaders signature, ReceivedRequest request) {
		Map<String, String> values = new LinkedHashMap<>();
		for (String name : signature.components()) {
			values.put(name, switch (name) {
				case Components.METHOD -> request.method();
				case Components.AUTHORITY -> Components.authority(request.scheme(), request.host());
				case Components.PATH -> Components.path(request.rawPath());
				case Components.QUERY -> "?" + request.rawQuery();
				default -> single(request, name);
			});
		}
		return values;
	}

	/**
	 * A repeated header could mean one thing here and another to the code that handles
	 * the request.
	 */
	private static String single(ReceivedRequest request, String name) {
		List<String> values = request.headers().apply(name);
		if (values.isEmpty() && Components.MAY_BE_ABSENT.contains(name)) {
			return "";
		}
		String value = (values.size() == 1) ? HeaderValues.clean(values.get(0)) : null;
		if (value == null) {
			throw new InvalidSignatureException("A covered header is missing, is sent twice or can't be read");
		}
		return value;
	}

}
