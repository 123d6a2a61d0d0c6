#pragma once

#include "person.h"

#include <cstdio>

namespace people {

/// A CRM's record as somebody typed it.
struct Contact {
    std::string id{}, first{}, last{}, email{}, email2{}, phone{}, company{}, job{}, city{}, birth_date{},
        website{}, photo{}, handle{};
};
Contact contact_of(Chance& chance, const Person& person, std::string id);

/// A profile as its owner shows it, with what they gave away in a message.
struct Profile {
    std::string id{}, network{}, handle{}, shown{}, bio{}, place{}, link{}, email{}, phone{}, avatar{},
        lang{};
};
Profile profile_of(Chance& chance, const Person& person, std::string id);

/// What both rows really share, strongest first, parted by bars: "email|name+city"; "weak" when nothing.
/// Judged by how the rows were made, not by reading them.
std::string evidence(const Person& person, const Contact& contact, const Profile& profile);

constexpr const char* kContactHeader =
    "contact_id,first_name,last_name,email,email2,phone,company,job_title,city,birth_date,website,photo_hash,"
    "social_handle\n";
constexpr const char* kProfileHeader =
    "profile_id,network,handle,display_name,bio,location,link,email,phone,avatar_hash,lang\n";

void write(std::FILE* out, const Contact& row);
void write(std::FILE* out, const Profile& row);

}  // namespace people
