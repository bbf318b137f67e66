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

import dev.lumoauth.spring.user.OnBehalfOfUser;

/**
 * The code acts for the current user, and is refused without a user.
 */
record UserTerm() implements GuardTerm<UserTerm> {

	static final UserTerm INSTANCE = new UserTerm();

	@Override
	public UserTerm and(UserTerm other) {
		return this;
	}

	@Override
	public boolean includes(UserTerm other) {
		return true;
	}

	@Override
	public String code() {
		return "onBehalfOfUser";
	}

	@Override
	public String toString() {
		return "acts for the user";
	}

	/**
	 * Reads {@link OnBehalfOfUser}.
	 */
	static final class Reader implements TermReader<OnBehalfOfUser, UserTerm> {

		@Override
		public Class<OnBehalfOfUser> annotation() {
			return OnBehalfOfUser.class;
		}

		@Override
		public UserTerm read(OnBehalfOfUser annotation, TermPlace place) {
			return UserTerm.INSTANCE;
		}

	}

}
