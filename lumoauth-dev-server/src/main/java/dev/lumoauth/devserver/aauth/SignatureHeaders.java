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

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The one signature of a request, from its headers {@code Signature-Input} and
 * {@code Signature} (RFC 9421, section 4), in the form of AAuth's profile. Other forms of
 * the same signature are refused.
 *
 * @param components the covered components, in the order of the signature base
 * @param params the value of {@code @signature-params}
 * @param created when the signature was created, in seconds since 1970
 * @param nonce the value that counts only once
 * @param expires when the signature expires, in seconds since 1970, {@code null} if not
 * given
 * @param algorithm the algorithm, {@code null} if not given
 * @param signature the signature
 */
@SuppressWarnings("ArrayRecordComponent")
record SignatureHeaders(List<String> components, String params, long created, String nonce, @Nullable Long expires,
		@Nullable String algorithm, byte[] signature) {

	private static final int MAX_LENGTH = 8_192;

	private static final int MIN_NONCE = 16;

	private static final int MAX_NONCE = 256;

	private static final String LABEL = "([a-z*][a-z0-9_.*-]*)";

	private static final String NAME = "\"[^\"\\\\;]*+\"";

	private static final Pattern INPUT = Pattern
		.compile(LABEL + "=(\\((%1$s(?: %1$s)*+)\\)((?:;[a-z]++=(?:\"[^\"\\\\]*+\"|[0-9]{1,15}+))*+))".formatted(NAME));

	private static final Pattern COMPONENT = Pattern.compile("\"([^\"]*)\"");

	private static final Pattern PARAMETER = Pattern.compile(";([a-z]+)=(?:\"([^\"]*)\"|([0-9]+))");

	/** The profile uses base64url without padding, which RFC 8941 does not have. */
	private static final Pattern SIGNATURE = Pattern.compile(LABEL + "=:([A-Za-z0-9+/_-]*)={0,2}:");

	static SignatureHeaders of(HttpServletRequest request) {
		Matcher input = match(INPUT, "Signature-Input", request);
		Matcher signature = match(SIGNATURE, "Signature", request);
		if (!input.group(1).equals(signature.group(1))) {
			throw AAuthErrors.invalidSignature("Signature and Signature-Input belong to different signatures");
		}
		List<String> components = new ArrayList<>();
		COMPONENT.matcher(input.group(3)).results().forEach((found) -> components.add(found.group(1)));
		if (new HashSet<>(components).size() != components.size()) {
			throw AAuthErrors.invalidSignature("The signature covers a component twice");
		}
		Map<String, String> texts = new HashMap<>();
		Map<String, Long> numbers = new HashMap<>();
		PARAMETER.matcher(input.group(4)).results().forEach((found) -> {
			String name = found.group(1);
			boolean isKnown = (found.group(3) != null) ? List.of("created", "expires").contains(name)
					: List.of("nonce", "keyid", "alg", "tag").contains(name);
			if (!isKnown || texts.containsKey(name) || numbers.containsKey(name)) {
				throw AAuthErrors
					.invalidSignature("The signature has a parameter twice, or one that the profile does not have");
			}
			if (found.group(3) != null) {
				numbers.put(name, Long.valueOf(found.group(3)));
			}
			else {
				texts.put(name, found.group(2));
			}
		});
		Long created = numbers.get("created");
		String nonce = texts.get("nonce");
		if (created == null || nonce == null || nonce.length() < MIN_NONCE || nonce.length() > MAX_NONCE) {
			throw AAuthErrors.invalidSignature(
					"The signature has no created, or no nonce of %d characters or more".formatted(MIN_NONCE));
		}
		return new SignatureHeaders(components, input.group(2), created, nonce, numbers.get("expires"),
				texts.get("alg"), decode(signature.group(2)));
	}

	private static Matcher match(Pattern pattern, String name, HttpServletRequest request) {
		List<String> values = Collections.list(request.getHeaders(name));
		if (values.size() != 1 || values.get(0).length() > MAX_LENGTH) {
			throw AAuthErrors.invalidSignature("There is not exactly one header %s".formatted(name));
		}
		Matcher matcher = pattern.matcher(values.get(0).strip());
		if (!matcher.matches()) {
			throw AAuthErrors.invalidSignature("The header %s does not have the form of the profile".formatted(name));
		}
		return matcher;
	}

	private static byte[] decode(String digits) {
		try {
			return Base64.getUrlDecoder().decode(digits.replace('+', '-').replace('/', '_'));
		}
		catch (IllegalArgumentException ex) {
			throw AAuthErrors.invalidSignature("The signature is not base64url");
		}
	}

}
