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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.junit.jupiter.api.Test;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

class DecidedCallTests {

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read:x");

	private static final CapabilityRequirement READ_AND_ADMIN = READ.and(CapabilityRequirement.of("admin:x"));

	private static final Method RUN = ReflectionUtils.findMethod(Runnable.class, "run");

	private final CapabilityDecisions decisions = new NoDecisions();

	private final Object target = new Object();

	private boolean taken(CapabilityRequirement requirement, Object on, Object call) {
		return DecidedCall.take(this.decisions, requirement, on, RUN, call);
	}

	@Test
	void isForEveryGuardAroundOneCall() {
		DecidedCall.run(this.decisions, READ_AND_ADMIN, this.target, RUN, () -> {
			assertThat(taken(READ, this.target, "call")).isTrue();
			assertThat(taken(READ_AND_ADMIN, this.target, "call")).isTrue();
			return null;
		});
		assertThat(taken(READ, this.target, "call")).isFalse();
	}

	@Test
	void isNotForTheNextCallOfTheSameMethod() {
		DecidedCall.run(this.decisions, READ, this.target, RUN, () -> {
			assertThat(taken(READ, this.target, "call")).isTrue();
			assertThat(taken(READ, this.target, "call from within")).isFalse();
			return null;
		});
	}

	@Test
	void isNotForMoreThanWasAskedForNorForAnotherObjectNorForOthersToDecide() {
		DecidedCall.run(this.decisions, READ, this.target, RUN, () -> {
			assertThat(taken(READ_AND_ADMIN, this.target, "call")).isFalse();
			assertThat(taken(READ, new Object(), "call")).isFalse();
			assertThat(DecidedCall.take(new NoDecisions(), READ, this.target, RUN, "call")).isFalse();
			return null;
		});
	}

	@Test
	void comesBackAfterACallWithinIsDone() {
		DecidedCall.run(this.decisions, READ, this.target, RUN, () -> {
			Object another = new Object();
			DecidedCall.run(this.decisions, READ, another, RUN, () -> {
				assertThat(taken(READ, this.target, "call")).isFalse();
				assertThat(taken(READ, another, "another call")).isTrue();
				return null;
			});
			assertThat(taken(READ, this.target, "call")).isTrue();
			return null;
		});
	}

	private static final class NoDecisions implements CapabilityDecisions {

		@Override
		public CapabilityDecision decide(CapabilityRequirement requirement) {
			throw new IllegalStateException();
		}

		@Override
		public Map<String, CapabilityDecision> decideEach(Collection<String> capabilities) {
			throw new IllegalStateException();
		}

		@Override
		public CapabilityDecision known(CapabilityRequirement requirement) {
			return null;
		}

		@Override
		public void invalidate() {
		}

		@Override
		public void invalidate(String capability) {
		}

	}

}
