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

import org.greenbytes.http.sfv.ByteSequenceItem;
import org.greenbytes.http.sfv.Parser;

/**
 * Digests of bodies (RFC 9530).
 */
final class ContentDigest {

	private ContentDigest() {
	}

	/**
	 * Return the header for a body.
	 */
	static String of(byte[] body) {
		return "sha-256=:" + Base64.getEncoder().encodeToString(digest(body)) + ":";
	}

	/**
	 * Return whether a header has the digest of a body by SHA-256, as the profile
	 * requires.
	 */
	static boolean isOf(String header, byte[] body) {
		try {
			return Parser.parseDictionary(header).get().get("sha-256") instanceof ByteSequenceItem digest
					&& MessageDigest.isEqual(SignatureHeaders.bytes(digest), digest(body));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static byte[] digest(byte[] body) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(body);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This Java has no SHA-256", ex);
		}
	}

}
