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

package dev.lumoauth.devserver.oauth;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * One signing key for each tenant. It is created when it is first needed, and lost when
 * the process ends. So a server that trusts one tenant does not accept the signatures of
 * another.
 *
 * @since 0.1.0
 */
@Component
public class TenantKeys implements JWKSource<SecurityContext> {

	private static final int KEY_SIZE = 2048;

	private static final JWKSelector ALL = new JWKSelector(new JWKMatcher.Builder().build());

	private final Map<String, JWKSet> keys = new ConcurrentHashMap<>();

	private final Supplier<RSAKey> source;

	@Autowired
	TenantKeys() {
		this(TenantKeys::generate);
	}

	TenantKeys(Supplier<RSAKey> source) {
		this.source = source;
	}

	@Override
	public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
		return selector.select(keysOf(CurrentTenant.get()));
	}

	/**
	 * Returns the public keys of the current request's tenant.
	 * @return the keys
	 */
	public JWKSet publicKeys() {
		return new JWKSet(get(ALL, null)).toPublicJWKSet();
	}

	/**
	 * Signs a token in the name of the current request's tenant.
	 * @param type its {@code typ}
	 * @param claims its claims
	 * @return the token
	 */
	public String sign(String type, JWTClaimsSet claims) {
		return sign(CurrentTenant.get(), type, claims);
	}

	private static String sign(RSAKey key, String type, JWTClaimsSet claims) {
		SignedJWT token = new SignedJWT(
				new JWSHeader.Builder(JWSAlgorithm.RS256).type(new JOSEObjectType(type)).keyID(key.getKeyID()).build(),
				claims);
		try {
			token.sign(new RSASSASigner(key));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("Could not sign a token", ex);
		}
	}

	/**
	 * Signs a token in a tenant's name.
	 * @param tenant the tenant
	 * @param type the token's {@code typ}
	 * @param claims its claims
	 * @return the token
	 */
	public String sign(Tenant tenant, String type, JWTClaimsSet claims) {
		return sign(keyOf(tenant), type, claims);
	}

	/**
	 * Signs a token like an attacker who claims to be the tenant.
	 * @param tenant the tenant
	 * @param type the token's {@code typ}
	 * @param claims its claims
	 * @return the token, which names the tenant's key and is signed with another
	 */
	public String forge(Tenant tenant, String type, JWTClaimsSet claims) {
		return sign(new RSAKey.Builder(generate()).keyID(keyOf(tenant).getKeyID()).build(), type, claims);
	}

	private RSAKey keyOf(Tenant tenant) {
		return keysOf(tenant).getKeys().get(0).toRSAKey();
	}

	private JWKSet keysOf(Tenant tenant) {
		return this.keys.computeIfAbsent(tenant.slug(), (slug) -> new JWKSet(this.source.get()));
	}

	private static RSAKey generate() {
		try {
			return new RSAKeyGenerator(KEY_SIZE).keyIDFromThumbprint(true)
				.keyUse(KeyUse.SIGNATURE)
				.algorithm(JWSAlgorithm.RS256)
				.generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("Could not make a signing key", ex);
		}
	}

}
