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

import java.util.function.Supplier;

import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call run for the current user, and never as the agent itself. Two of them are
 * the same gate if the users are found in the same way.
 *
 * @param currentUser supplies the finder of the user
 */
record UserGate(Supplier<CurrentUser> currentUser) implements Gate<UserTerm> {

	@Override
	public Class<UserTerm> term() {
		return UserTerm.class;
	}

	@Override
	public int order() {
		return USER;
	}

	@Override
	public Admission admit(GuardedCall call, UserTerm term) {
		UserToken known = call.user();
		return new Admission.Free((known != null) ? known : this.currentUser.get().require());
	}

	@Override
	public @Nullable Admission known(GuardedCall call, UserTerm term) {
		return (call.user() != null) ? admit(call, term) : null;
	}

	/**
	 * A login's token seldom has to be renewed.
	 */
	@Override
	public boolean isQuick() {
		return true;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof UserGate gate && gate.currentUser.get() == this.currentUser.get();
	}

	@Override
	public int hashCode() {
		return UserGate.class.hashCode();
	}

}
