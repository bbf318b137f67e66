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

package dev.lumoauth.spring.aauth.resource;

import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.aauth.signature.VerificationKey;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * A signed token (RFC 7515 section 7.1, RFC 7519) of one type, read and not verified yet.
 */
final class CompactToken {

	/**
	 * The maximum length of a token in a request's header, in characters.
	 */
	static final int MAX_LENGTH = 8 * 1024;

	private static final int MAX_TEXT = 2048;

	/** The end of the year 9999. A later time is not valid. */
	private static final long MAX_TIME = 253_402_300_799L;

	private final String value;

	private final JWSHeader header;

	private final Map<String, Object> claims;

	private CompactToken(String value, JWSHeader header, Map<String, Object> claims) {
		this.value = value;
		this.header = header;
		this.claims = claims;
	}

	/**
	 * Read a token.
	 * @param value the token
	 * @param type what its {@code typ} has to say (RFC 8725 section 3.11)
	 * @return the token, of {@link #MAX_LENGTH} characters at most
	 * @throws InvalidTokenException if it is not valid
	 */
	static CompactToken read(String value, String type) {
		String[] parts = (value.length() <= MAX_LENGTH) ? value.split("\\.", 4) : new String[0];
		if (parts.length != 3) {
			throw new InvalidTokenException(
					"it does not have three parts, or is longer than " + MAX_LENGTH + " characters");
		}
		for (String part : parts) {
			if (part.isEmpty() || !Base64URL.encode(new Base64URL(part).decode()).toString().equals(part)) {
				throw new InvalidTokenException("a part of it is empty, or not base64url");
			}
		}
		JWSHeader header;
		Map<String, Object> claims;
		try {
			header = JWSHeader.parse(new Base64URL(parts[0]));
			claims = LumoAuthJson.read(new Base64URL(parts[1]).decode());
		}
		catch (ParseException | RuntimeException ex) {
			throw new InvalidTokenException("its header or its claims can't be read");
		}
		if (!new JOSEObjectType(type).equals(header.getType())) {
			throw new InvalidTokenException("its typ is not " + type);
		}
		if (JWSAlgorithm.Family.HMAC_SHA.contains(header.getAlgorithm())) {
			throw new InvalidTokenException("its alg is one for shared secrets");
		}
		if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
			throw new InvalidTokenException("its header has crit or b64, which are not understood");
		}
		return new CompactToken(value, header, claims);
	}

	/**
	 * Return its header.
	 * @return the header
	 */
	JWSHeader header() {
		return this.header;
	}

	/**
	 * Return whether a key signed the token, with an algorithm that fits this kind of
	 * key.
	 * @param key the key
	 * @return whether it did
	 */
	boolean isSignedBy(VerificationKey key) {
		int end = this.value.lastIndexOf('.');
		return key.verifies(this.header.getAlgorithm().getName(),
				this.value.substring(0, end).getBytes(StandardCharsets.US_ASCII),
				new Base64URL(this.value.substring(end + 1)).decode());
	}

	/**
	 * Return a required claim.
	 * @param name its name
	 * @return the text, which is not blank
	 */
	String text(String name) {
		String text = optionalText(name);
		if (text == null) {
			throw new InvalidTokenException("it has no " + name);
		}
		return text;
	}

	/**
	 * Return a claim.
	 * @param name its name
	 * @return the text, which is not blank; {@code null} if it is not there
	 */
	@Nullable String optionalText(String name) {
		Object claim = this.claims.get(name);
		if (claim == null) {
			return null;
		}
		if (!(claim instanceof String text) || text.isBlank() || text.length() > MAX_TEXT) {
			throw new InvalidTokenException("its " + name + " is not a string, or it is blank or too long");
		}
		return text;
	}

	/**
	 * Return the scopes that are separated by blanks (RFC 8693 section 4.2).
	 * @return the scopes
	 */
	Set<String> scopes() {
		String scope = (this.claims.get("scope") instanceof String text && text.isEmpty()) ? null
				: optionalText("scope");
		Set<String> scopes = new HashSet<>();
		for (String each : (scope != null) ? scope.split(" +") : new String[0]) {
			if (!each.isEmpty()) {
				scopes.add(each);
			}
		}
		return scopes;
	}

	/**
	 * Return a claim of any kind.
	 * @param name its name
	 * @return the claim; {@code null} if it is not there
	 */
	@Nullable Object claim(String name) {
		return this.claims.get(name);
	}

	/**
	 * Check when the token begins and ends.
	 * @param now the seconds since 1970
	 * @param tolerance by how many seconds the issuer's clock may be ahead
	 * @return when it ends, in seconds since 1970
	 */
	long checkTimes(long now, long tolerance) {
		long end = time("exp");
		if (end <= now) {
			throw new InvalidTokenException("it has expired");
		}
		if (time("iat") > now + tolerance || (this.claims.containsKey("nbf") && time("nbf") > now + tolerance)) {
			throw new InvalidTokenException("its time is in the future: compare the clocks");
		}
		return end;
	}

	/**
	 * Return a required claim that is a time.
	 * @param name its name
	 * @return the seconds since 1970
	 */
	long time(String name) {
		if (!(this.claims.get(name) instanceof Number number) || !(number.doubleValue() > 0)
				|| number.doubleValue() > MAX_TIME) {
			throw new InvalidTokenException("its " + name + " is not a time");
		}
		return number.longValue();
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "CompactToken[" + this.header.getType() + "]";
	}

}
