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

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.greenbytes.http.sfv.ByteSequenceItem;
import org.greenbytes.http.sfv.Dictionary;
import org.greenbytes.http.sfv.InnerList;
import org.greenbytes.http.sfv.IntegerItem;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.jspecify.annotations.Nullable;

/**
 * The signature of a request, read from its headers (RFC 9421 section 4).
 *
 * @param components the covered components, in the order of the signature base
 * @param params the value of {@code @signature-params}
 * @param created when it was made, in seconds since 1970
 * @param nonce the unique nonce
 * @param expires when it expires, in seconds since 1970; {@code null} = not given
 * @param algorithm the signature algorithm; {@code null} = not given
 * @param signature the signature
 */
@SuppressWarnings("ArrayRecordComponent") // these objects are never compared
record SignatureHeaders(List<String> components, String params, long created, String nonce, @Nullable Long expires,
		@Nullable String algorithm, byte[] signature) {

	private static final String LABEL = "sig1";

	private static final int MAX_LENGTH = 4096;

	private static final int MIN_NONCE = 16;

	private static final int MAX_NONCE = 256;

	/**
	 * In the profile base64url, which is not part of RFC 8941. The parser can do without
	 * padding (RFC 8941 section 4.2.7).
	 */
	private static final Pattern BYTES = Pattern.compile(":([A-Za-z0-9+/_=-]*):");

	/**
	 * Read the headers. Unknown content is refused, because it might have a meaning.
	 * @throws InvalidSignatureException if the headers are not those of one signature
	 */
	static SignatureHeaders of(ReceivedRequest request) {
		Dictionary inputs = dictionary("Signature-Input", value(request, "signature-input"));
		Dictionary signatures = dictionary("Signature", standard(value(request, "signature")));
		String label = label(inputs);
		if (!(inputs.get().get(label) instanceof InnerList input)
				|| !(signatures.get().get(label) instanceof ByteSequenceItem signature)
				|| !signature.getParams().isEmpty()) {
			throw new InvalidSignatureException("Signature and Signature-Input don't belong together");
		}
		Map<String, Item<? extends Object>> params = input.getParams();
		for (String name : params.keySet()) {
			if (!List.of("created", "nonce", "expires", "alg", "keyid").contains(name)) {
				throw new InvalidSignatureException("The signature has a parameter that the profile does not have");
			}
		}
		Long created = integer(params.get("created"));
		String nonce = string(params.get("nonce"));
		if (created == null) {
			throw new InvalidSignatureException("The signature has no created");
		}
		if (nonce == null || nonce.length() < MIN_NONCE || nonce.length() > MAX_NONCE) {
			throw new InvalidSignatureException("The signature has no nonce of " + MIN_NONCE + " characters or more");
		}
		if ((params.containsKey("expires") && integer(params.get("expires")) == null)
				|| (params.containsKey("alg") && string(params.get("alg")) == null)) {
			throw new InvalidSignatureException("A parameter of the signature can't be read");
		}
		return new SignatureHeaders(components(input), input.serialize(), created, nonce,
				integer(params.get("expires")), string(params.get("alg")), bytes(signature));
	}

	private static String value(ReceivedRequest request, String name) {
		List<String> values = request.headers().apply(name);
		if (values.size() != 1) {
			throw new InvalidSignatureException("The request has no " + name + ", or several");
		}
		String value = values.get(0);
		if (value.length() > MAX_LENGTH) {
			throw new InvalidSignatureException("The " + name + " is too long");
		}
		return value;
	}

	private static String standard(String header) {
		return BYTES.matcher(header)
			.replaceAll((found) -> ":" + found.group(1).replace('-', '+').replace('_', '/') + ":");
	}

	/**
	 * If a value is given twice, a parser keeps the last one (RFC 8941 section 3.2), and
	 * other software may keep the first.
	 */
	private static Dictionary dictionary(String name, String value) {
		Dictionary dictionary;
		try {
			dictionary = Parser.parseDictionary(value);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSignatureException("The " + name + " can't be read");
		}
		if (!withoutPadding(dictionary.serialize()).equals(withoutPadding(value))) {
			throw new InvalidSignatureException(
					"The " + name + " has a repeated element, or is not in its canonical form");
		}
		return dictionary;
	}

	/**
	 * Without blanks, and without the padding of Base64.
	 */
	private static String withoutPadding(String value) {
		return value.replace(" ", "").replace("\t", "").replaceAll("=+:", ":");
	}

	/**
	 * Intermediaries may have signed too: the signature with the profile's label counts,
	 * or the only one.
	 */
	private static String label(Dictionary inputs) {
		Map<String, ListElement<? extends Object>> all = inputs.get();
		if (all.size() != 1 && !all.containsKey(LABEL)) {
			throw new InvalidSignatureException("It is not clear which of the signatures is the agent's");
		}
		return all.containsKey(LABEL) ? LABEL : all.keySet().iterator().next();
	}

	private static List<String> components(InnerList input) {
		Set<String> components = new LinkedHashSet<>();
		for (Item<? extends Object> item : input.get()) {
			if (!(item instanceof StringItem name) || !item.getParams().isEmpty() || !components.add(name.get())) {
				throw new InvalidSignatureException("The signature covers a component that the profile does not have");
			}
		}
		return List.copyOf(components);
	}

	private static @Nullable Long integer(@Nullable Object item) {
		return (item instanceof IntegerItem integer) ? integer.get() : null;
	}

	private static @Nullable String string(@Nullable Object item) {
		return (item instanceof StringItem string) ? string.get() : null;
	}

	static byte[] bytes(ByteSequenceItem item) {
		ByteBuffer buffer = item.get().duplicate();
		byte[] bytes = new byte[buffer.remaining()];
		buffer.get(bytes);
		return bytes;
	}

}
