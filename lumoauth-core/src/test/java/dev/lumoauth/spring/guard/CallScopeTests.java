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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.Test;

import org.springframework.util.ReflectionUtils;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.ThreadLocalTargetSource;

import static org.assertj.core.api.Assertions.assertThat;

class CallScopeTests {

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read:x");

	private static final CapabilityRequirement READ_AND_ADMIN = READ.and(CapabilityRequirement.of("admin:x"));

	private static final Method RUN = ReflectionUtils.findMethod(Runnable.class, "run");

	private static final CurrentUser NOBODY = () -> null;

	private final CapabilityDecisions decisions = new NoDecisions();

	private final Object target = new Object();

	private boolean taken(CapabilityRequirement requirement, Object on, Object invocation) {
		return taken(requirement, on, invocation, this.decisions);
	}

	private static boolean taken(CapabilityRequirement requirement, Object on, Object invocation,
			CapabilityDecisions decisions) {
		return taken(new GuardTerms(requirement, false), on, invocation, decisions);
	}

	private static boolean taken(GuardTerms terms, Object on, Object invocation, CapabilityDecisions decisions) {
		return taken(GuardedCall.ofMethod(RUN, terms, on, invocation), guard(decisions, NOBODY), () -> {
		});
	}

	private static boolean taken(GuardedCall call, Guard guard, Runnable inside) {
		CallScope allowing = CallScope.allowing(call, guard);
		if (allowing != null) {
			allowing.use(call, () -> {
				inside.run();
				return null;
			});
		}
		return allowing != null;
	}

	private static Guard guard(CapabilityDecisions decisions, CurrentUser user) {
		return new Guard(() -> decisions, () -> user, GuardReports.NONE, null, List::of);
	}

	private void decided(CapabilityRequirement requirement, Object on, Runnable inside) {
		CallScope.open(GuardedCall.ofTool("tool", new GuardTerms(requirement, false), RUN, on),
				guard(this.decisions, NOBODY), false, () -> {
					inside.run();
					return null;
				});
	}

	@Test
	void isForEveryGuardAroundOneCall() {
		GuardedCall call = GuardedCall.ofMethod(RUN, new GuardTerms(READ_AND_ADMIN, false), this.target, "call");
		decided(READ_AND_ADMIN, this.target, () -> {
			assertThat(taken(call, guard(this.decisions, NOBODY), () -> {
				assertThat(taken(READ, this.target, "call")).isTrue();
				assertThat(taken(READ_AND_ADMIN, this.target, "call")).isTrue();
				assertThat(taken(READ, this.target, "call from within")).isFalse();
			})).isTrue();
			assertThat(taken(READ, this.target, "call")).isFalse();
		});
		assertThat(taken(READ, this.target, "call")).isFalse();
	}

	@Test
	void isNotForTheNextCallOfTheSameMethod() {
		decided(READ, this.target, () -> {
			assertThat(taken(READ, this.target, "call")).isTrue();
			assertThat(taken(READ, this.target, "call from within")).isFalse();
		});
	}

	@Test
	void isNotForMoreThanWasAskedForNorForAnotherObjectNorForOthersToDecide() {
		decided(READ, this.target, () -> {
			assertThat(taken(READ_AND_ADMIN, this.target, "call")).isFalse();
			assertThat(taken(new GuardTerms(READ, true), this.target, "call", this.decisions)).isFalse();
			assertThat(taken(new GuardTerms(null, true), this.target, "call", this.decisions)).isFalse();
			assertThat(taken(READ, new Object(), "call")).isFalse();
			assertThat(taken(READ, this.target, "call", new NoDecisions())).isFalse();
		});
	}

	@Test
	void isForTheMethodOfAnInterfaceAndForNoOtherOfTheSameName() throws NoSuchMethodException {
		Method compare = Comparable.class.getMethod("compareTo", Object.class);
		Method append = StringBuilder.class.getMethod("append", String.class);
		assertThat(leads(compare, Integer.class.getMethod("compareTo", Integer.class), 1)).isTrue();
		assertThat(leads(append, append, new StringBuilder())).isTrue();
		assertThat(leads(append, StringBuilder.class.getMethod("append", Object.class), new StringBuilder())).isFalse();
		assertThat(leads(append, StringBuilder.class.getMethod("append", char.class), new StringBuilder())).isFalse();
	}

	private static boolean leads(Method outer, Method inner, Object target) {
		GuardTerms terms = new GuardTerms(READ, false);
		return GuardedCall.ofTool("tool", terms, outer, target)
			.leadsTo(GuardedCall.ofMethod(inner, terms, target, "call"));
	}

	@Test
	void isForTheObjectBehindTheProxiesOfOthers() {
		Object behind = new ArrayList<>();
		Object proxy = new ProxyFactory(new ProxyFactory(behind).getProxy()).getProxy();
		decided(READ, proxy, () -> {
			assertThat(taken(READ, this.target, "call")).isFalse();
			assertThat(taken(READ, behind, "call")).isTrue();
			assertThat(taken(READ, behind, "call from within")).isFalse();
		});
	}

	@Test
	void takesNoSecondObjectOutOfAPool() {
		Object proxy = ProxyFactory.getProxy(List.class, new ThreadLocalTargetSource() {
			@Override
			public Object getTarget() {
				throw new AssertionError("The pool may have no other object");
			}
		});
		decided(READ, proxy, () -> assertThat(taken(READ, this.target, "call")).isFalse());
	}

	@Test
	void comesBackAfterACallWithinIsDone() {
		decided(READ, this.target, () -> {
			Object another = new Object();
			decided(READ, another, () -> {
				assertThat(taken(READ, this.target, "call")).isFalse();
				assertThat(taken(READ, another, "another call")).isTrue();
			});
			assertThat(taken(READ, this.target, "call")).isTrue();
		});
	}

	@Test
	void isForTheUserForWhomTheToolRuns() {
		GuardTerms forUser = new GuardTerms(READ, true);
		GuardedCall tool = GuardedCall.ofTool("tool", forUser, RUN, this.target);
		UserToken alice = UserToken.of("alice");
		UserScope.call(alice, () -> CallScope.open(tool, guard(this.decisions, NOBODY), false, () -> {
			assertThat(UserScope.call(UserToken.of("bob"),
					() -> taken(forUser, this.target, "call of bob's", this.decisions)))
				.isFalse();
			assertThat(Caller.NOBODY.call(() -> taken(forUser, this.target, "call of nobody's", this.decisions)))
				.isFalse();
			assertThat(CallScope.allowing(GuardedCall.ofMethod(RUN, forUser, this.target, "call of another guard"),
					guard(this.decisions, () -> null)))
				.isNull();
			assertThat(taken(forUser, this.target, "call", this.decisions)).isTrue();
			return null;
		}));
		CallScope.open(tool, guard(this.decisions, NOBODY), false, () -> {
			assertThat(taken(forUser, this.target, "call", this.decisions)).isFalse();
			return null;
		});
	}

	@Test
	void isOpenWhileAToolRuns() {
		assertThat(CallScope.isOpen()).isFalse();
		assertThat(CallScope.open(null, CallScope::isOpen)).isTrue();
		decided(READ, this.target, () -> {
			assertThat(CallScope.isOpen()).isTrue();
			// What runs tools keeps what a tool was decided on.
			assertThat(CallScope.open(null, () -> taken(READ, this.target, "call"))).isTrue();
		});
		assertThat(CallScope.isOpen()).isFalse();
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
