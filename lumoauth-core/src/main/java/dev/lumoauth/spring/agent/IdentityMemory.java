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

package dev.lumoauth.spring.agent;

import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The tokens and decisions of an agent. It forgets what LumoAuth has revoked for the
 * agent, or for the users for whom the agent acts. Tokens come first, so that a request
 * for a decision right after uses a new token.
 */
final class IdentityMemory implements Forgetting {

	private static final Log logger = LogFactory.getLog(IdentityMemory.class);

	private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

	private final AgentRuntime agent;

	private final AtomicBoolean asking = new AtomicBoolean();

	/** The time of LumoAuth's last failure to answer. */
	private volatile @Nullable Long failure;

	IdentityMemory(AgentRuntime agent) {
		this.agent = agent;
	}

	@Override
	public void forget() {
		this.agent.get(LumoAuthTokens.class).forget();
		this.agent.get(CapabilityDecisions.class).invalidate();
	}

	@Override
	public void forget(Revocation revocation) {
		LumoAuthTokens tokens = this.agent.get(LumoAuthTokens.class);
		Set<String> names = tokens.names();
		if (revocation.effect() != Revocation.Effect.DECISIONS) {
			tokens.forget(revocation.subjects());
		}
		if (revocation.concerns(names)) {
			this.agent.get(CapabilityDecisions.class).invalidate();
		}
		if (names.isEmpty()) {
			learn(tokens);
		}
	}

	/**
	 * An agent whose tokens don't name it treats every event as its own, until LumoAuth
	 * has said which id it uses for the agent. LumoAuth is asked at most once a minute.
	 */
	private void learn(LumoAuthTokens tokens) {
		Long failure = this.failure;
		if ((failure != null && System.nanoTime() - failure < PAUSE) || !this.asking.compareAndSet(false, true)) {
			return;
		}
		try {
			this.agent.get(BackgroundWork.class).executor().execute(() -> {
				try {
					tokens.knownAs(new LumoAuthClient(this.agent.get(LumoAuthHttp.class), tokens).me().agentId());
				}
				catch (LumoAuthException ex) {
					this.failure = System.nanoTime();
					logger.debug("LumoAuth doesn't say which id it uses for " + this.agent, ex);
				}
				finally {
					this.asking.set(false);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			this.asking.set(false);
		}
	}

}
