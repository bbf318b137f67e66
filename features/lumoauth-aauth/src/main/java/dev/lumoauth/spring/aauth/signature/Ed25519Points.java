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

import java.util.HexFormat;
import java.util.Set;

import com.nimbusds.jose.util.Base64URL;

/**
 * Decides which public keys of Ed25519 are valid.
 */
final class Ed25519Points {

	private static final int BYTES = 32;

	/**
	 * Points of a small order (RFC 8032 section 5.1), without their sign. Anybody can
	 * sign for such a key: one signature is valid for every text, or for one text in a
	 * few.
	 */
	private static final Set<String> SMALL_ORDER = Set.of(
			"0000000000000000000000000000000000000000000000000000000000000000",
			"0100000000000000000000000000000000000000000000000000000000000000",
			"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
			"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
			"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
			"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

	private Ed25519Points() {
	}

	/**
	 * Return whether a public key can be used. The key has to be in the only valid
	 * base64url form: another form would give the same key another thumbprint.
	 * @param x the key, as a JSON Web Key has it (RFC 8037 section 2)
	 */
	static boolean isUsable(Base64URL x) {
		byte[] point = x.decode();
		if (point.length != BYTES || !Base64URL.encode(point).equals(x)) {
			return false;
		}
		point[BYTES - 1] &= 0x7F;
		return !SMALL_ORDER.contains(HexFormat.of().formatHex(point));
	}

}
