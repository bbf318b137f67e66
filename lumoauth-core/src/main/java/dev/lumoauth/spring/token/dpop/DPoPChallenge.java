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

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A server's statements about proofs in the headers of an answer.
 */
final class DPoPChallenge {

	static final String USE_NONCE = "use_dpop_nonce";

	private static final String NONCE = "DPoP-Nonce";

	private static final int MAX_HEADER = 8_192;

	/**
	 * The name of a scheme, or an auth-param (RFC 9110 section 11.6.1). Each element
	 * begins where the previous one ended, so the time stays linear.
	 */
	private static final Pattern ELEMENT = Pattern
		.compile("\\G[ \\t,]*+([!#$%&'*+.^_`|~0-9A-Za-z-]++)(?:[ \\t]*+=[ \\t]*+"
				+ "(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^\\s,\"]++))(?=[ \\t]*+(?:,|$))|(?=[ \\t,]|$))");

	private DPoPChallenge() {
	}

	/**
	 * Return the nonce for the next proof. Several nonces in one answer count as none.
	 */
	static @Nullable String nonce(Function<String, List<String>> headers) {
		List<String> values = headers.apply(NONCE);
		return (values.size() == 1) ? values.get(0) : null;
	}

	/**
	 * Return whether a server refused a request only because its proof lacks the nonce
	 * that the server wants (RFC 9449 section 9).
	 */
	static boolean isNonceWanted(int status, Function<String, List<String>> headers) {
		return status == 401 && headers.apply("WWW-Authenticate").stream().anyMatch((header) -> isNonceWanted(header));
	}

	private static boolean isNonceWanted(String header) {
		if (header.length() > MAX_HEADER) {
			return false;
		}
		boolean dpop = false;
		Matcher elements = ELEMENT.matcher(header);
		while (elements.find()) {
			String name = elements.group(1).toLowerCase(Locale.ROOT);
			String value = (elements.group(2) != null) ? elements.group(2) : elements.group(3);
			if (value == null) {
				dpop = name.equals("dpop");
			}
			else if (dpop && name.equals("error") && value.equals(USE_NONCE)) {
				return true;
			}
		}
		return false;
	}

}
