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

package dev.lumoauth.devserver.aauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import com.nimbusds.jose.jwk.JWK;
import jakarta.servlet.http.HttpServletRequest;

import dev.lumoauth.devserver.jose.MessageSignatures;

/**
 * A request with a signature of AAuth's profile of RFC 9421. Everything is checked except
 * the signer: that all components are covered, that the signature was created within a
 * minute, and that the digest matches the body.
 */
final class SignedRequest {

	static final Duration WINDOW = Duration.ofMinutes(1);

	private static final String QUERY = "@query";

	private static final String CONTENT_DIGEST = "content-digest";

	private static final List<String> REQUIRED = List.of("@method", "@authority", "@path", "signature-key",
			CONTENT_DIGEST, "content-type", "authorization");

	/** Components that are covered even if they are absent, with an empty value. */
	private static final List<String> MAY_BE_ABSENT = List.of("signature-key", "content-type", "authorization");

	private final SignatureHeaders signature;

	private final byte[] base;

	private SignedRequest(SignatureHeaders signature, byte[] base) {
		this.signature = signature;
		this.base = base;
	}

	static SignedRequest of(HttpServletRequest request, byte[] body, Instant now) {
		SignatureHeaders signature = SignatureHeaders.of(request);
		List<String> required = new ArrayList<>(REQUIRED);
		if (request.getQueryString() != null) {
			required.add(required.indexOf("@path") + 1, QUERY);
		}
		if (!signature.components().containsAll(required)) {
			throw AAuthErrors.notCovered(required);
		}
		checkTimes(signature, now);
		StringBuilder base = new StringBuilder();
		for (String name : signature.components()) {
			base.append('"').append(name).append("\": ").append(valueOf(name, request)).append('\n');
		}
		base.append("\"@signature-params\": ").append(signature.params());
		String digest = "sha-256=:" + Base64.getEncoder().encodeToString(hash(body)) + ":";
		if (!digest.equals(valueOf(CONTENT_DIGEST, request))) {
			throw AAuthErrors.invalidSignature("Content-Digest is not the SHA-256 of the body");
		}
		return new SignedRequest(signature, base.toString().getBytes(StandardCharsets.ISO_8859_1));
	}

	private static void checkTimes(SignatureHeaders signature, Instant now) {
		Instant created = Instant.ofEpochSecond(signature.created());
		if (Duration.between(created, now).abs().compareTo(WINDOW) > 0) {
			throw AAuthErrors.invalidSignature("The signature was not created within a minute: compare the clocks");
		}
		if (signature.expires() != null && !Instant.ofEpochSecond(signature.expires()).isAfter(now)) {
			throw AAuthErrors.invalidSignature("The signature has expired");
		}
	}

	private static String valueOf(String name, HttpServletRequest request) {
		return switch (name) {
			case "@method" -> request.getMethod();
			case "@authority" -> authority(request);
			case "@path" -> request.getRequestURI();
			case QUERY -> "?" + ((request.getQueryString() != null) ? request.getQueryString() : "");
			default -> header(name, request);
		};
	}

	/** Lower-case, without the scheme's default port (RFC 9421, section 2.2.3). */
	private static String authority(HttpServletRequest request) {
		String host = header("host", request).toLowerCase(Locale.ROOT);
		String port = request.getScheme().equals("https") ? ":443" : ":80";
		return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
	}

	/**
	 * If a header were allowed twice, this server and others could read it differently.
	 */
	private static String header(String name, HttpServletRequest request) {
		if (name.startsWith("@") || !name.equals(name.toLowerCase(Locale.ROOT))) {
			throw AAuthErrors.invalidSignature("The signature covers a component that the profile does not have");
		}
		List<String> values = Collections.list(request.getHeaders(name));
		if (values.isEmpty() && MAY_BE_ABSENT.contains(name)) {
			return "";
		}
		if (values.size() != 1 || values.get(0).chars().anyMatch((c) -> (c < ' ' && c != '\t') || c > 255)) {
			throw AAuthErrors.invalidSignature("The signature covers a header that is not there exactly once");
		}
		return values.get(0).strip();
	}

	/**
	 * Returns whether a key has signed the request.
	 */
	boolean isBy(JWK key) {
		String algorithm = this.signature.algorithm();
		return (algorithm == null || algorithm.equals(MessageSignatures.algorithmOf(key)))
				&& MessageSignatures.isValid(this.base, this.signature.signature(), key);
	}

	String nonce() {
		return this.signature.nonce();
	}

	/**
	 * Returns when the signature would no longer be accepted anyway.
	 */
	Instant until() {
		return Instant.ofEpochSecond(this.signature.created()).plus(WINDOW).plusSeconds(1);
	}

	private static byte[] hash(byte[] body) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(body);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Java has no SHA-256", ex);
		}
	}

}
