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

package dev.lumoauth.spring.budget.shared;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.lumoauth.spring.budget.shared.BudgetEngine.Answer;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Ask;

/**
 * What all replicas have used of a limit in one period, and what each of them holds. This
 * is the rule of the shared budget; Redis runs the same as a script.
 * <p>
 * A replica holds what it has reserved for calls under way, and a spare part for the next
 * calls. If nothing was heard of a replica for a {@linkplain #LIFE time}, its
 * reservations come back. Its spare part counts as used, because the replica may have
 * used it without having told. A replica that comes back after that continues with its
 * spare part.
 *
 * @since 0.1.0
 */
public final class SharedCount {

	/**
	 * How long a replica counts as alive, in milliseconds.
	 */
	public static final long LIFE = 60_000;

	/**
	 * After this time a replica that is no longer alive is forgotten, in milliseconds.
	 */
	public static final long FORGOTTEN = 3_600_000;

	/**
	 * A portion is at most this part of what is left, and less with many replicas.
	 */
	public static final int PORTIONS = 16;

	private final Map<String, Member> members = new LinkedHashMap<>();

	private boolean isNew = true;

	private long used;

	/**
	 * Read the text of a count.
	 * @param text the {@linkplain #toString() text}; empty = a new count
	 * @return the count
	 * @throws IllegalArgumentException if it is not the text of a count
	 */
	public static SharedCount of(String text) {
		SharedCount count = new SharedCount();
		if (!text.isEmpty()) {
			count.isNew = false;
			String[] lines = text.split("\n", -1);
			count.used = Long.parseLong(lines[0]);
			for (int i = 1; i < lines.length; i++) {
				String[] fields = lines[i].split(" ", -1);
				if (fields.length != 6) {
					throw new IllegalArgumentException("Not a count");
				}
				count.members.put(fields[0], new Member(Long.parseLong(fields[1]), Long.parseLong(fields[2]),
						Long.parseLong(fields[3]), Long.parseLong(fields[4]), Long.parseLong(fields[5])));
			}
		}
		return count;
	}

	/**
	 * Answer a replica.
	 * @param ask what the replica tells and needs
	 * @param now the store's time
	 * @return the answer. This count has to be kept if the answer is {@code current}
	 */
	public Answer exchange(Ask ask, long now) {
		if (now < ask.key().since().toEpochMilli() || now >= ask.key().until().toEpochMilli()) {
			return new Answer(false, now, 0, 0, 0, 0, 0);
		}
		long held = 0;
		int replicas = 1;
		for (Map.Entry<String, Member> each : List.copyOf(this.members.entrySet())) {
			Member member = each.getValue();
			if (each.getKey().equals(ask.replica())) {
				continue;
			}
			if (member.until() > now) {
				held += member.reserved() + member.spare();
				replicas++;
			}
			else {
				this.used += member.spare();
				if (member.until() + FORGOTTEN <= now) {
					this.members.remove(each.getKey());
				}
				else {
					this.members.put(each.getKey(),
							new Member(member.used(), 0, 0, member.until(), member.forfeited() + member.spare()));
				}
			}
		}
		Member me = this.members.get(ask.replica());
		long told = (me != null) ? me.used() : this.isNew ? 0 : ask.told();
		this.used = Math.max(0, this.used + ask.used() - told - ((me != null) ? me.forfeited() : 0));
		long total = Math.max(this.used + held + ask.reserved() + ask.spare() + ask.ahead(), ask.atLeast());
		long left = (ask.limit() != null) ? ask.limit() - total : 0;
		long granted = 0;
		long spare = ask.spare();
		if (ask.needed() > 0) {
			if (left >= ask.needed()) {
				granted = ask.needed() + Math.max(0, Math.min(ask.wanted() - ask.needed(),
						(left - ask.needed()) / Math.max(PORTIONS, 4L * replicas)));
				spare += granted;
				left -= granted;
			}
			else {
				left += spare;
				spare = 0;
			}
		}
		this.members.put(ask.replica(), new Member(ask.used(), ask.reserved(), spare,
				(ask.leaving() && ask.reserved() == 0) ? now : now + LIFE, 0));
		this.isNew = false;
		return new Answer(true, now, granted, this.used, held, replicas, Math.max(0, left));
	}

	@Override
	public String toString() {
		return this.used + this.members.entrySet().stream().map((each) -> {
			Member member = each.getValue();
			return "\n" + each.getKey() + " " + member.used() + " " + member.reserved() + " " + member.spare() + " "
					+ member.until() + " " + member.forfeited();
		}).collect(Collectors.joining());
	}

	/**
	 * A replica.
	 *
	 * @param used what it has used, as it told
	 * @param reserved for its calls under way
	 * @param spare what else it holds
	 * @param until how long it counts as alive
	 * @param forfeited what counted as used when it did not tell anything for a time
	 */
	private record Member(long used, long reserved, long spare, long until, long forfeited) {

	}

}
