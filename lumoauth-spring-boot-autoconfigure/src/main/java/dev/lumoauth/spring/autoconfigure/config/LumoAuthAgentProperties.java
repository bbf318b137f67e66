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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.StringUtils;

/**
 * The identity of an agent of the application. The properties of the default agent are
 * {@code lumoauth.*}, those of a further agent {@code lumoauth.agents.<name>.*}. The
 * address of LumoAuth and the settings of the connection to it are the same for all
 * agents.
 * <p>
 * For each further agent there are a {@code LumoAuthAgent}, {@code LumoAuthTokens},
 * {@code CapabilityDecisions}, {@code BudgetMonitor} and, with Spring AI,
 * {@code ToolGuard}, injected only by {@code @Qualifier("<name>")}. They share nothing
 * with those of another agent. What the starter guards automatically, it guards as the
 * default agent: {@code @RequiresCapability} on beans and on their tools, and the tools
 * and the budget of the auto-configured {@code ChatClient.Builder}. The {@code ToolGuard}
 * of a named agent additionally guards the tools that are passed to it.
 *
 * @since 0.1.0
 */
public class LumoAuthAgentProperties {

	/**
	 * Client id of the agent at LumoAuth.
	 */
	private @Nullable String clientId;

	/**
	 * Client secret of the agent.
	 */
	private @Nullable String clientSecret;

	/**
	 * File with the client secret of the agent. The file is read before each token
	 * request, so the secret may change while the application runs.
	 */
	private @Nullable String clientSecretFile;

	/**
	 * Scopes to request. When empty, LumoAuth grants all scopes of the agent.
	 */
	private List<String> scopes = new ArrayList<>();

	/**
	 * How the agent authenticates at the token endpoint: 'client-secret-post',
	 * 'client-secret-basic', 'private-key-jwt', 'tls-client-auth', 'none', or a method of
	 * a feature. The default is the method of a feature whose properties are set,
	 * otherwise 'client-secret-post'.
	 */
	private @Nullable String clientAuthenticationMethod;

	/**
	 * Name of the SSL bundle for connections to LumoAuth. When not set, the JVM's trust
	 * store is used. With 'tls-client-auth', the bundle's key proves the identity of the
	 * agent.
	 */
	private @Nullable String sslBundle;

	/**
	 * The key that signs the agent's assertions.
	 */
	private final PrivateKeyJwt privateKeyJwt = new PrivateKeyJwt();

	/**
	 * Proof of possession.
	 */
	private final Dpop dpop = new Dpop();

	public @Nullable String getClientId() {
		return this.clientId;
	}

	public void setClientId(@Nullable String clientId) {
		this.clientId = clientId;
	}

	public @Nullable String getClientSecret() {
		return this.clientSecret;
	}

	public void setClientSecret(@Nullable String clientSecret) {
		this.clientSecret = clientSecret;
	}

	public @Nullable String getClientSecretFile() {
		return this.clientSecretFile;
	}

	public void setClientSecretFile(@Nullable String clientSecretFile) {
		this.clientSecretFile = clientSecretFile;
	}

	public List<String> getScopes() {
		return this.scopes;
	}

	public void setScopes(List<String> scopes) {
		this.scopes = scopes;
	}

	public @Nullable String getClientAuthenticationMethod() {
		return this.clientAuthenticationMethod;
	}

	public void setClientAuthenticationMethod(@Nullable String clientAuthenticationMethod) {
		this.clientAuthenticationMethod = clientAuthenticationMethod;
	}

	public @Nullable String getSslBundle() {
		return this.sslBundle;
	}

	public void setSslBundle(@Nullable String sslBundle) {
		this.sslBundle = sslBundle;
	}

	public PrivateKeyJwt getPrivateKeyJwt() {
		return this.privateKeyJwt;
	}

	public Dpop getDpop() {
		return this.dpop;
	}

	/**
	 * Return the method of authentication that is set.
	 * @return the method, by its name at a token endpoint (RFC 7591 section 2);
	 * {@code null} = none is set
	 */
	public @Nullable ClientAuthenticationMethod chosenAuthentication() {
		String method = this.clientAuthenticationMethod;
		return StringUtils.hasText(method)
				? ClientAuthenticationMethod.valueOf(method.strip().toLowerCase(Locale.ROOT).replace('-', '_')) : null;
	}

	/**
	 * Return how the agent authenticates if no feature makes its credentials.
	 * @return the method, by default {@code client-secret-post}; {@code null} if it needs
	 * a feature
	 */
	public @Nullable ClientAuthentication authentication() {
		ClientAuthenticationMethod chosen = chosenAuthentication();
		return (chosen != null) ? ClientAuthentication.of(chosen) : ClientAuthentication.CLIENT_SECRET_POST;
	}

	/**
	 * Return whether the agent authenticates by a secret, if no feature makes its
	 * credentials.
	 * @return whether it does
	 */
	public boolean hasSecret() {
		ClientAuthentication method = authentication();
		return method != null && method.hasSecret();
	}

	/**
	 * Proof of possession (RFC 9449).
	 */
	public static class Dpop {

		/**
		 * Whether the agent's tokens are bound to its key, and each request with such a
		 * token carries a proof. MCP servers that accept only bound tokens get them even
		 * without this property.
		 */
		private boolean enabled;

		/**
		 * Name of the SSL bundle with the key and its certificate. When not set, the key
		 * is created in memory and ends with the process.
		 */
		private @Nullable String sslBundle;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getSslBundle() {
			return this.sslBundle;
		}

		public void setSslBundle(@Nullable String sslBundle) {
			this.sslBundle = sslBundle;
		}

	}

	/**
	 * The key with which the agent signs assertions.
	 */
	public static class PrivateKeyJwt {

		/**
		 * File with the private key: PEM (PKCS #8), or a JSON Web Key or a set of them.
		 * The file is read before each token request.
		 */
		private @Nullable String keyFile;

		/**
		 * Name of the SSL bundle with the private key.
		 */
		private @Nullable String sslBundle;

		/**
		 * Id of the key at LumoAuth ('kid'). When not set, the id in the JSON Web Key, or
		 * none.
		 */
		private @Nullable String keyId;

		/**
		 * Signature algorithm: ES256, ES384, ES512, RS256, PS256 or EdDSA. When not set,
		 * the algorithm that fits the key.
		 */
		private @Nullable String algorithm;

		public @Nullable String getKeyFile() {
			return this.keyFile;
		}

		public void setKeyFile(@Nullable String keyFile) {
			this.keyFile = keyFile;
		}

		public @Nullable String getSslBundle() {
			return this.sslBundle;
		}

		public void setSslBundle(@Nullable String sslBundle) {
			this.sslBundle = sslBundle;
		}

		public @Nullable String getKeyId() {
			return this.keyId;
		}

		public void setKeyId(@Nullable String keyId) {
			this.keyId = keyId;
		}

		public @Nullable String getAlgorithm() {
			return this.algorithm;
		}

		public void setAlgorithm(@Nullable String algorithm) {
			this.algorithm = algorithm;
		}

	}

}
