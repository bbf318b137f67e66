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

package dev.lumoauth.devserver.jose;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;

/**
 * The public keys of an agent or an issuer, or where they are.
 *
 * @param keys the keys, {@code null} if they are at a URI
 * @param uri the URI of a JWK set (RFC 7517, section 5), {@code null} if the keys are
 * here
 * @since 0.1.0
 */
public record TrustedKeys(@Nullable JWKSet keys, @Nullable URI uri) {

	/**
	 * Reads keys from a configuration.
	 * @param owner the owner of the keys, for error messages
	 * @param jwks a JWK set as JSON
	 * @param uri the URI of a JWK set
	 * @return the keys, or {@code null} if the configuration has none
	 * @throws IllegalArgumentException if both are set, the JSON is not a set of public
	 * keys, or the URI is not on this machine
	 */
	public static @Nullable TrustedKeys of(String owner, @Nullable String jwks, @Nullable URI uri) {
		if (jwks != null && uri != null) {
			throw new IllegalArgumentException("%s has both 'jwks' and 'jwks-uri'".formatted(owner));
		}
		if (jwks != null) {
			return new TrustedKeys(parse(owner, jwks), null);
		}
		if (uri == null) {
			return null;
		}
		if (!isLocal(uri)) {
			throw new IllegalArgumentException(
					"'jwks-uri' of %s is not an http or https URI of the loopback interface".formatted(owner));
		}
		return new TrustedKeys(null, uri);
	}

	/**
	 * Reads keys from a configuration, which may name a file. An empty value counts as
	 * missing.
	 * @param owner the owner of the keys, for error messages
	 * @param jwks a JWK set as JSON
	 * @param file the location of a file with a JWK set
	 * @param uri the URI of a JWK set
	 * @return the keys, or {@code null} if the configuration has none
	 * @throws IllegalArgumentException as above, or if the file can't be read
	 */
	public static @Nullable TrustedKeys of(String owner, @Nullable String jwks, @Nullable String file,
			@Nullable URI uri) {
		String text = StringUtils.hasText(jwks) ? jwks : null;
		if (!StringUtils.hasText(file)) {
			return of(owner, text, uri);
		}
		if (text != null || uri != null) {
			throw new IllegalArgumentException("%s has 'jwks-file' and also 'jwks' or 'jwks-uri'".formatted(owner));
		}
		try (InputStream stream = ResourceUtils.getURL(file).openStream()) {
			return of(owner, new String(stream.readAllBytes(), StandardCharsets.UTF_8), null);
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("'jwks-file' of %s can't be read: %s".formatted(owner, file));
		}
	}

	private static JWKSet parse(String owner, String jwks) {
		JWKSet keys;
		try {
			keys = JWKSet.parse(jwks);
		}
		catch (ParseException ex) {
			// Without the exception's message, which may repeat a key.
			throw new IllegalArgumentException("'jwks' of %s is not a JWK set".formatted(owner));
		}
		if (keys.isEmpty() || keys.getKeys().stream().anyMatch((key) -> key.isPrivate() || !isPublic(key))) {
			throw new IllegalArgumentException(
					"'jwks' of %s is empty or has a key that is not public".formatted(owner));
		}
		return keys;
	}

	private static boolean isPublic(JWK key) {
		return key.toPublicJWK() != null;
	}

	private static boolean isLocal(URI uri) {
		boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
		if (!http || uri.getHost() == null || uri.getUserInfo() != null) {
			return false;
		}
		String host = uri.getHost();
		try {
			return host.equals("localhost")
					|| (host.matches("[0-9.]+|\\[.*]") && InetAddress.getByName(host).isLoopbackAddress());
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}
