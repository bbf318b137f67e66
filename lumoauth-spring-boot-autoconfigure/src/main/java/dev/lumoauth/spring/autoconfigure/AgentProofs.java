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

package dev.lumoauth.spring.autoconfigure;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.lumoauth.spring.autoconfigure.config.LumoAuthAgentProperties.Dpop;
import dev.lumoauth.spring.autoconfigure.ssl.KeySource;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.key.SigningKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * Creates the proofs that an agent has the key to which its tokens are bound, one object
 * for each agent. The key is that of an SSL bundle, and follows the bundle when it is
 * replaced, or it is in memory.
 */
final class AgentProofs {

	private static final Log logger = LogFactory.getLog(AgentProofs.class);

	private final Supplier<SslBundles> sslBundles;

	private final Clock clock;

	private final BooleanSupplier sharing;

	private final Map<String, DPoPProofs> proofs = new ConcurrentHashMap<>();

	/**
	 * Create the proofs.
	 * @param sslBundles Boot's SSL bundles
	 * @param clock the clock
	 * @param sharing whether replicas share tokens
	 */
	AgentProofs(Supplier<SslBundles> sslBundles, Clock clock, BooleanSupplier sharing) {
		this.sslBundles = sslBundles;
		this.clock = clock;
		this.sharing = sharing;
	}

	DPoPProofs of(ConfiguredAgent agent) {
		return this.proofs.computeIfAbsent(agent.prefix(),
				(prefix) -> create(prefix + ".dpop", agent.settings().dpop()));
	}

	private DPoPProofs create(String property, Dpop settings) {
		String bundle = settings.sslBundle();
		if (StringUtils.hasText(bundle)) {
			return ofBundle(property + ".ssl-bundle", bundle);
		}
		if (settings.enabled() && this.sharing.getAsBoolean()) {
			logger.info("The key of " + property
					+ " exists only in the memory of this replica, so this replica shares no tokens with the "
					+ "others. Set " + property + ".ssl-bundle to a key that all replicas have");
		}
		return DPoPProofs.inMemory(this.clock);
	}

	private DPoPProofs ofBundle(String property, String name) {
		SslBundles bundles = this.sslBundles.get();
		Supplier<SigningKey> key = KeySource.bundle(property, bundles, name, null, null);
		DPoPProofs proofs = DPoPProofs.of(key.get(), this.clock);
		bundles.addBundleUpdateHandler(name, (updated) -> {
			try {
				proofs.use(key.get());
			}
			catch (RuntimeException ex) {
				logger.error(ex.getMessage() + ". The previous key stays in use.");
			}
		});
		return proofs;
	}

}
