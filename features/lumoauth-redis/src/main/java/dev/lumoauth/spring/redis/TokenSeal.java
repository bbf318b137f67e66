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
package dev.lumoauth.spring.redis;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;

import dev.lumoauth.spring.token.grant.TokenKey;

/**
 * Creates names and values that reveal nothing without the key: names are an HMAC-SHA256
 * of the key of a token, values are encrypted with AES-256-GCM. A value contains its own
 * name, so it is invalid under another name.
 */
final class TokenSeal {

	/** As NIST SP 800-38D section 5.2.1.1 recommends for GCM. */
	private static final int IV_BYTES = 12;

	private static final int TAG_BITS = 128;

	private static final Log logger = LogFactory.getLog(TokenSeal.class);

	private final SecretKeySpec nameKey;

	private final SecretKeySpec valueKey;

	private final SecureRandom random = new SecureRandom();

	private final AtomicBoolean warned = new AtomicBoolean();

	TokenSeal(byte[] key) {
		Assert.isTrue(key.length >= StoredTokens.MIN_KEY_BYTES,
				"The encryption key of shared tokens has to be 32 bytes or more");
		this.nameKey = RelayMessage.key(key, "lumoauth token names");
		this.valueKey = new SecretKeySpec(RelayMessage.key(key, "lumoauth token values").getEncoded(), "AES");
	}

	String name(String identity, TokenKey key) {
		List<@Nullable String> parts = new ArrayList<>();
		// A token that is bound to a key is useless without that key.
		parts.add((key.jkt() != null) ? identity + "\n" + key.jkt() : identity);
		parts.add(key.grant().getValue());
		parts.add(key.subject());
		parts.add(key.actor());
		parts.add(key.audience());
		parts.add(key.resource());
		parts.addAll(new TreeSet<>(key.scopes()));
		return name(parts);
	}

	/**
	 * Return the name under which a mark about somebody is kept.
	 */
	String name(String identity, String subject) {
		return name(identity, "forgotten", subject);
	}

	/**
	 * Return the name of one of several things of a kind.
	 */
	String name(String identity, String kind, String thing) {
		return name(List.of(identity, kind, thing));
	}

	private String name(List<@Nullable String> parts) {
		// As JSON, so that no two different lists have the same text.
		return HexFormat.of().formatHex(RelayMessage.hmac(this.nameKey, JsonMapper.shared().writeValueAsBytes(parts)));
	}

	byte[] close(String name, SharedToken token) {
		return close(new Named(name, token, null, null));
	}

	byte[] close(String name, long mark) {
		return close(new Named(name, null, mark, null));
	}

	byte[] close(String name, SharedDecision decision) {
		return close(new Named(name, null, null, decision));
	}

	private byte[] close(Named named) {
		byte[] iv = new byte[IV_BYTES];
		this.random.nextBytes(iv);
		byte[] value = JsonMapper.shared().writeValueAsBytes(named);
		try {
			Cipher cipher = cipher(Cipher.ENCRYPT_MODE, iv);
			byte[] sealed = Arrays.copyOf(iv, IV_BYTES + cipher.getOutputSize(value.length));
			cipher.doFinal(value, 0, value.length, sealed, IV_BYTES);
			return sealed;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex); // every Java has it
		}
	}

	/**
	 * Return the content of a value, or {@code null} if the value is not for this name,
	 * or not encrypted with this key.
	 */
	@Nullable SharedToken open(String name, byte[] sealed) {
		Named named = named(name, sealed);
		return (named != null) ? named.token() : null;
	}

	/**
	 * Return the mark that a value holds, as {@link #open} does.
	 */
	@Nullable Long openMark(String name, byte[] sealed) {
		Named named = named(name, sealed);
		return (named != null) ? named.mark() : null;
	}

	/**
	 * Return the answer that a value holds, as {@link #open} does.
	 */
	@Nullable SharedDecision openDecision(String name, byte[] sealed) {
		Named named = named(name, sealed);
		return (named != null) ? named.decision() : null;
	}

	private @Nullable Named named(String name, byte[] sealed) {
		try {
			Named named = decrypt(sealed);
			if (named != null && name.equals(named.name())) {
				return named;
			}
		}
		catch (GeneralSecurityException | IllegalArgumentException | JacksonException ex) {
			// Logged below, without the cause: the cause may quote the content.
		}
		if (this.warned.compareAndSet(false, true)) {
			logger.warn("A value in the shared token store can't be read and is not used: the replicas have "
					+ "different values of lumoauth.token-store.encryption-key, or someone has changed the stored "
					+ "value");
		}
		return null;
	}

	private @Nullable Named decrypt(byte[] sealed) throws GeneralSecurityException {
		if (sealed.length < IV_BYTES + TAG_BITS / 8 || sealed.length > SharedTokenStore.MAX_BYTES) {
			return null;
		}
		Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, IV_BYTES));
		byte[] record = cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES);
		// As text: from bytes, Jackson would accept forms of a character that UTF-8
		// forbids.
		return JsonMapper.shared().readValue(new String(record, StandardCharsets.UTF_8), Named.class);
	}

	private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, this.valueKey, new GCMParameterSpec(TAG_BITS, iv));
		return cipher;
	}

	/**
	 * A token, a mark or an answer, and the name that it was kept under.
	 *
	 * @param name the name
	 * @param token the token
	 * @param mark the mark
	 * @param decision the answer
	 */
	record Named(String name, @Nullable SharedToken token, @Nullable Long mark, @Nullable SharedDecision decision) {

	}

}
