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

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

import org.greenbytes.http.sfv.ByteSequenceItem;
import org.greenbytes.http.sfv.Dictionary;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;

/**
 * Digests of bodies (RFC 9530).
 */
final class ContentDigest {

	/** The supported digests, by their names in RFC 9530 section 5. */
	private static final Map<String, String> ALGORITHMS = Map.of("sha-256", "SHA-256", "sha-512", "SHA-512");

	private ContentDigest() {
	}

	/**
	 * Return the header for a body.
	 */
	static String of(byte[] body) {
		return "sha-256=:" + Base64.getEncoder().encodeToString(digest("SHA-256", body)) + ":";
	}

	/**
	 * Return whether a header matches a body: every known digest in the header has to
	 * match, and at least one has to be known.
	 */
	static boolean isOf(String header, byte[] body) {
		Dictionary digests;
		try {
			digests = Parser.parseDictionary(header);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
		boolean known = false;
		for (Map.Entry<String, ListElement<?>> each : digests.get().entrySet()) {
			String algorithm = ALGORITHMS.get(each.getKey());
			if (algorithm == null) {
				continue;
			}
			if (!(each.getValue() instanceof ByteSequenceItem digest)
					|| !MessageDigest.isEqual(SignatureHeaders.bytes(digest), digest(algorithm, body))) {
				return false;
			}
			known = true;
		}
		return known;
	}

	private static byte[] digest(String algorithm, byte[] body) {
		try {
			return MessageDigest.getInstance(algorithm).digest(body);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This Java has no " + algorithm, ex);
		}
	}

}
