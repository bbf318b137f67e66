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

package dev.lumoauth.spring.mcp.server;

import java.net.URI;
import java.text.ParseException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The address in a proof of possession, compared as RFC 9449 section 4.3 says: normalized
 * (RFC 3986 section 6.2.2 and 6.2.3), and without query and fragment. Spring Security
 * compares the texts.
 */
final class ProofAddress {

	private static final Pattern ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");

	private static final Set<String> DEFAULT_PORTS = Set.of("http:80", "https:443");

	private ProofAddress() {
	}

	/**
	 * Return the address to which the proof has to be equal, letter by letter.
	 * @param proof the proof, which is not verified yet
	 * @param address the address of the request
	 * @return the proof's own spelling if it is the same address; otherwise the address
	 * of the request
	 */
	static String spelledAsIn(String proof, String address) {
		try {
			JWTClaimsSet claims = JWTParser.parse(proof).getJWTClaimsSet();
			String claimed = (claims != null) ? claims.getStringClaim("htu") : null; // encrypted
			return (claimed != null && normalized(address).equals(normalized(claimed))) ? claimed : address;
		}
		catch (ParseException | IllegalArgumentException ex) {
			return address;
		}
	}

	static String normalized(String address) {
		URI uri = URI.create(ENCODED.matcher(address).replaceAll((encoded) -> decodedIfUnreserved(encoded.group())))
			.normalize();
		if (uri.getHost() == null) {
			throw new IllegalArgumentException("An address without a host, or with one that is no host name");
		}
		String scheme = lower(uri.getScheme());
		String port = DEFAULT_PORTS.contains(scheme + ":" + uri.getPort()) || uri.getPort() < 0 ? ""
				: ":" + uri.getPort();
		String user = (uri.getRawUserInfo() != null) ? uri.getRawUserInfo() + "@" : "";
		return scheme + "://" + user + lower(uri.getHost()) + port
				+ (StringUtils.hasLength(uri.getRawPath()) ? uri.getRawPath() : "/");
	}

	private static String decodedIfUnreserved(String encoded) {
		char letter = (char) Integer.parseInt(encoded.substring(1), 16);
		boolean unreserved = letter < 0x80 && (Character.isLetterOrDigit(letter) || "-._~".indexOf(letter) >= 0);
		return unreserved ? String.valueOf(letter) : encoded.toUpperCase(Locale.ROOT);
	}

	private static String lower(@Nullable String text) {
		return (text != null) ? text.toLowerCase(Locale.ROOT) : "";
	}

}
