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

package dev.lumoauth.spring.approval;

import java.time.Duration;

/**
 * How long nobody is asked again after a denial
 * ({@code lumoauth.approvals.after-denial}). Each further denial within a day doubles the
 * pause, up to an hour.
 *
 * @param first the pause after the first denial; zero for none
 * @since 0.1.0
 */
public record AfterDenial(Duration first) {

	/** How long a denial counts. */
	public static final Duration REMEMBERED = Duration.ofDays(1);

	private static final Duration LONGEST = Duration.ofHours(1);

	/** More doublings than lead to the longest pause. */
	private static final int MAX_DOUBLINGS = 20;

	/**
	 * Return the pause.
	 * @param denials the number of denials, at least one
	 * @return how long nobody is asked
	 */
	public Duration pause(int denials) {
		Duration longest = (this.first.compareTo(LONGEST) > 0) ? this.first : LONGEST;
		Duration pause = this.first.multipliedBy(1L << Math.min(denials - 1, MAX_DOUBLINGS));
		return (pause.compareTo(longest) > 0) ? longest : pause;
	}

}
