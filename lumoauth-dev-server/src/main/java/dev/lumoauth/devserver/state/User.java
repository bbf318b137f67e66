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

package dev.lumoauth.devserver.state;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.UserProperties;

/**
 * A person for whom agents may act.
 *
 * @param id the user's id, the subject of the user's tokens
 * @param username the username
 * @param name the display name
 * @param email the e-mail address, if there is one
 * @param delegable the scopes that the user may delegate, which can change
 * @param number the user's number in LumoAuth's approvals, counted from 1
 * @param permissions the user's permissions at LumoAuth itself, sorted
 * @param hasPushDevice whether the user has a device that receives requests for approval
 * @since 0.1.0
 */
public record User(String id, String username, String name, @Nullable String email, Set<String> delegable, int number,
		Set<String> permissions, boolean hasPushDevice) {

	static User of(UserProperties properties, int number) {
		String name = properties.name();
		return new User(properties.subject(), properties.username(), (name != null) ? name : properties.username(),
				properties.email(), new ConcurrentSkipListSet<>(properties.scopes()), number,
				new TreeSet<>(properties.permissions()), properties.pushDevice());
	}

	/**
	 * Returns the current scopes.
	 * @return a sorted copy
	 */
	public Set<String> scopes() {
		return new TreeSet<>(this.delegable);
	}

	/**
	 * Two users are equal if their ids are equal, whatever they may delegate.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof User user && user.id.equals(this.id);
	}

	@Override
	public int hashCode() {
		return this.id.hashCode();
	}

}
