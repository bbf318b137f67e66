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

package dev.lumoauth.spring.token.dpop;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The nonce that each server requires in the next proof (RFC 9449 sections 8 and 9). A
 * nonce is untrusted input: one with invalid characters or length is ignored.
 */
final class Nonces {

	/** More servers than an agent sends requests to. */
	static final int MAX_ORIGINS = 1_000;

	/** {@code 1*NQCHAR} (section 8.1), and no longer than fits in a header. */
	private static final Pattern NONCE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,1024}");

	private final Map<String, String> byOrigin = new ConcurrentHashMap<>();

	@Nullable String of(String origin) {
		return this.byOrigin.get(origin);
	}

	@Nullable String note(URI uri, @Nullable String nonce) {
		if (nonce == null || !NONCE.matcher(nonce).matches()) {
			return null;
		}
		String origin = DPoPProofs.origin(uri);
		// Not written if nothing changes: most servers repeat the same nonce.
		if (!nonce.equals(this.byOrigin.get(origin))) {
			if (this.byOrigin.size() >= MAX_ORIGINS && !this.byOrigin.containsKey(origin)) {
				this.byOrigin.keySet().stream().findAny().ifPresent(this.byOrigin::remove);
			}
			this.byOrigin.put(origin, nonce);
		}
		return nonce;
	}

	int size() {
		return this.byOrigin.size();
	}

}
