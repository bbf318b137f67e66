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

package dev.lumoauth.spring.soak;

import java.util.List;
import java.util.Random;

/**
 * What happens to LumoAuth, and when: the same for the same seed. Capabilities come and
 * go all the time, tokens are revoked now and then, and one endpoint or another is broken
 * for a third of the time.
 */
final class SoakPlan {

	static final List<String> CAPABILITIES = List.of("a", "b", "c", "d");

	private final Random random;

	private final SoakLumoAuth lumoAuth;

	SoakPlan(long seed, SoakLumoAuth lumoAuth) {
		this.random = new Random(seed);
		this.lumoAuth = lumoAuth;
	}

	/**
	 * Do the next thing.
	 * @return how long to wait until the one after it, in milliseconds
	 */
	long next() {
		int dice = this.random.nextInt(100);
		String capability = CAPABILITIES.get(this.random.nextInt(CAPABILITIES.size()));
		if (dice < 45) {
			this.lumoAuth.grants.grant(capability);
		}
		else if (dice < 80) {
			this.lumoAuth.grants.revoke(capability);
		}
		else if (dice < 82) {
			this.lumoAuth.revokeTokens();
		}
		else if (dice < 88) {
			this.lumoAuth.faults.put(any(SoakLumoAuth.Endpoint.values()), any(SoakLumoAuth.Fault.values()));
		}
		else {
			this.lumoAuth.faults.clear();
		}
		return 50 + this.random.nextInt(250);
	}

	private <T> T any(T[] values) {
		return values[this.random.nextInt(values.length)];
	}

}
